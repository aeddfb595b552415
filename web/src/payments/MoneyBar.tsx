import type { Payment } from "../api/types";
import { Card } from "../parts/Page";
import { Money } from "../parts/Money";
import { moneyParts } from "./history";

/** Where the money is, in a bar, and every sum under it. */
export function MoneyBar({ payment: p }: { payment: Payment }) {
  const parts = moneyParts(p);
  const amount = (minor: number | null) => <Money minor={minor} currency={p.currency} exponent={p.currency_exponent} />;
  const sums: [string, number | null][] = [
    ["Amount", p.amount], ["Authorized", p.authorized], ["Captured", p.captured], ["Refunded", p.refunded],
    ["Refund pending", p.refund_pending], ["Disputed", p.disputed_open], ["Lost by dispute", p.dispute_lost],
  ];
  return (
    <Card title="Money">
      {parts.length > 0 && (
        <>
          <div class="money-bar" aria-hidden="true">
            {parts.map((part) => <span key={part.kind} class={`is-${part.kind}`} style={{ flexGrow: part.amount }} />)}
          </div>
          <ul class="money-parts">
            {parts.map((part) => (
              <li key={part.kind}><i class={`is-${part.kind}`} />{part.name} <b>{amount(part.amount)}</b></li>
            ))}
          </ul>
        </>
      )}
      <dl class="sums">
        {sums.map(([name, minor]) => (
          <div key={name} class={minor ? undefined : "is-none"}><dt>{name}</dt><dd>{amount(minor)}</dd></div>
        ))}
      </dl>
    </Card>
  );
}

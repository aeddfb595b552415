import type { ComponentChildren } from "preact";
import type { PaymentChild, PaymentDetail } from "../api/types";
import { words } from "../format";
import { Chip, type Tone } from "../parts/Chip";
import { Copy } from "../parts/Copy";
import { Money } from "../parts/Money";
import { Card } from "../parts/Page";
import { Time } from "../parts/Time";

const tones: Record<string, Tone> = {
  succeeded: "good", won: "good", failed: "bad", lost: "bad", open: "bad", pending: "warn", under_review: "warn",
};

/** Refunds, disputes and captures: what a payment has under it, each with an id of its own. */
export function Children({ payment: p }: { payment: PaymentDetail }) {
  return (
    <>
      <List title="Disputes" list={p.disputes} payment={p} />
      <List title="Refunds" list={p.refunds} payment={p} />
      <List title="Captures" list={p.captures} payment={p} />
    </>
  );
}

function List({ title, list, payment: p }: { title: string; list: PaymentChild[]; payment: PaymentDetail }) {
  if (list.length === 0) return null;
  return (
    <Card title={title}>
      <ul class="children">
        {list.map((child) => (
          <li key={child.id}>
            <div class="children-head">
              <b><Money minor={child.amount} currency={p.currency} exponent={p.currency_exponent} /></b>
              <Chip tone={tones[child.status] ?? "quiet"}>{words(child.status)}</Chip>
              <span class="quiet"><Time at={child.at} /></span>
            </div>
            {child.respond_by && (child.status === "open"
              ? <p class="is-due">Answer by <Time at={child.respond_by} kind="full" /></p>
              : <p class="quiet">To be answered by <Time at={child.respond_by} kind="full" /></p>)}
            {child.reason && <p>{words(child.reason)}</p>}
            {child.reversal && <p class="quiet">The provider itself took the money back.</p>}
            <Id text={child.id} what="Id" />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** An id that can be taken along. */
export function Id({ text, what, children }: { text: string; what: string; children?: ComponentChildren }) {
  return <span class="copied-id"><span class="mono">{children ?? text}</span><Copy text={text} what={what} /></span>;
}

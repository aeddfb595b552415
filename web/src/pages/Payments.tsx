import type { Payment } from "../api/types";
import { usePages } from "../api/useData";
import { PaymentStatus } from "../parts/Chip";
import { Money } from "../parts/Money";
import { More } from "../parts/More";
import { Card, Page } from "../parts/Page";
import { Empty, Fault, Skeleton } from "../parts/States";
import { Time } from "../parts/Time";
import { openRow, useRowKeys } from "../parts/useRowKeys";
import { Filters } from "../payments/Filters";
import { filterNames } from "../payments/filters";
import { query, to, toPayment } from "../router";

export function Payments() {
  const values = Object.fromEntries(filterNames.map((name) => [name, query.value.get(name)]));
  const pages = usePages<{ payments: Payment[]; next: string | null }, Payment>("/payments", values,
    (answer) => ({ items: answer.payments, next: answer.next }));
  const isFiltered = filterNames.some((name) => name !== "sort" && values[name]);
  const root = useRowKeys<HTMLDivElement>();
  return (
    <Page title="Payments">
      <Filters />
      {pages.fault && pages.items.length === 0 && <Fault fault={pages.fault} onRetry={pages.reload} />}
      {!(pages.fault && pages.items.length === 0) && (
        <Card isFlush>
          <div ref={root} class={pages.isLoading ? "is-loading" : undefined}>
            {pages.items.length > 0 && <Table items={pages.items} />}
            {pages.items.length === 0 && pages.isLoading && <div class="list-padded"><Skeleton rows={10} /></div>}
            {pages.items.length === 0 && !pages.isLoading && <None isFiltered={isFiltered} />}
            <More pages={pages} noun="payments" />
          </div>
        </Card>
      )}
    </Page>
  );
}

function None({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered
    ? <Empty icon="search" title="No payment is like this"><a href={to("/payments")}>Show all payments</a></Empty>
    : (
      <Empty icon="creditCard" title="No payments yet">
        They appear with their first event. <a href={to("/start")}>Receive a first event</a>
      </Empty>
    );
}

function Table({ items }: { items: Payment[] }) {
  const seen = new Set<string>();
  const repeated = new Set(items.map((p) => p.payment_id).filter((id) => seen.size === seen.add(id).size));
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Payments">
      <table class="payments">
        <thead>
          <tr>
            <th scope="col">Payment</th><th scope="col">Status</th><th scope="col" class="figure">Amount</th>
            <th scope="col" class="hide-medium">Source</th><th scope="col" class="hide-narrow">E-mail</th>
            <th scope="col" class="hide-medium">Order</th><th scope="col" class="hide-narrow">Last event</th>
          </tr>
        </thead>
        <tbody>
          {items.map((p) => (
            <Row key={`${p.provider} ${p.account} ${p.payment_id}`} payment={p}
              isRepeated={repeated.has(p.payment_id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** An id that several payments go by leads to the one of its row only with its provider and account. */
function Row({ payment: p, isRepeated }: { payment: Payment; isRepeated: boolean }) {
  const inside = `/payments/${encodeURIComponent(p.payment_id)}`;
  const href = isRepeated ? to(inside, { provider: p.provider, account: p.account }) : toPayment(p.payment_id);
  return (
    <tr class="leads" onClick={openRow}>
      <td class="cut"><a class="row-link mono" href={href}>{p.payment_id}</a></td>
      <td><PaymentStatus status={p.status} /></td>
      <td class="figure"><Money minor={p.amount} currency={p.currency} exponent={p.currency_exponent} /></td>
      <td class="hide-medium">{p.source}</td>
      <td class="cut hide-narrow">{p.email ?? <span class="quiet">–</span>}</td>
      <td class="cut mono hide-medium">{p.order_id ?? p.merchant_reference ?? <span class="quiet">–</span>}</td>
      <td class="nowrap hide-narrow"><Time at={p.last_event_at} /></td>
    </tr>
  );
}

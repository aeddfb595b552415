import type { ComponentChildren } from "preact";
import type { PaymentDetail } from "../api/types";
import { useData } from "../api/useData";
import { words } from "../format";
import { PaymentStatus } from "../parts/Chip";
import { Icon } from "../parts/Icon";
import { Money } from "../parts/Money";
import { Card, Facts, Page } from "../parts/Page";
import { Empty, Fault, Skeleton } from "../parts/States";
import { Time } from "../parts/Time";
import { Children, Id } from "../payments/Children";
import { MoneyBar } from "../payments/MoneyBar";
import { PaymentEvents } from "../payments/PaymentEvents";
import { Timeline } from "../payments/Timeline";
import { TimeTravel } from "../payments/TimeTravel";
import { query, to } from "../router";

const back = { href: to("/payments"), text: "Payments" };

export function PaymentPage({ id }: { id: string }) {
  const path = `/payments/${encodeURIComponent(id)}`;
  const which = { provider: query.value.get("provider"), account: query.value.get("account") };
  const asOf = query.value.get("as_of");
  const now = useData<PaymentDetail>(path, which, 10);
  const past = useData<PaymentDetail>(asOf === null ? null : path, { ...which, as_of: asOf });
  if (now.fault && !now.value) {
    return (
      <Page title={id} back={back}>
        {now.fault.problem === "unknown-payment"
          ? (
            <Empty icon="search" title="No payment has this id">
              No event of it has come, or it was removed. <a href={to("/payments")}>Show all payments</a>
            </Empty>
          )
          : <Fault fault={now.fault} onRetry={now.reload} />}
      </Page>
    );
  }
  if (!now.value) return <Page title={id} back={back}><Skeleton rows={8} /></Page>;
  const shown = asOf === null ? now.value : past.value;
  return (
    <Page title={now.value.payment_id} back={back} note={shown && <Head payment={shown} />}>
      <div class="stack">
        <Others payment={now.value} />
        <TimeTravel payment={now.value} />
        {past.fault && (past.fault.problem === "unknown-payment"
          ? <Empty icon="clock" title="Nothing was known of it at that moment" />
          : <Fault fault={past.fault} onRetry={past.reload} />)}
        {shown ? <Body payment={shown} /> : !past.fault && <Skeleton rows={8} />}
      </div>
    </Page>
  );
}

function Head({ payment: p }: { payment: PaymentDetail }) {
  return (
    <div class="payment-head">
      <span class="payment-amount">
        <Money minor={p.amount} currency={p.currency} exponent={p.currency_exponent} />
      </span>
      <PaymentStatus status={p.status} />
      <span>{words(p.provider)}</span>
      {p.mode !== "unknown" && <span>{words(p.mode)} mode</span>}
    </div>
  );
}

function Others({ payment: p }: { payment: PaymentDetail }) {
  if (!p.others?.length) return null;
  return (
    <div class="notice accent">
      <Icon name="info" />
      <p>
        {p.others.length === 1 ? "Another payment goes" : "Other payments go"} by this id too:{" "}
        {p.others.map((other) => (
          <a key={`${other.provider} ${other.account}`} href={to(`/payments/${encodeURIComponent(other.payment_id)}`,
            { provider: other.provider, account: other.account })}>
            {other.payment_id} of {words(other.provider)}{other.account && ` (${other.account})`}
          </a>
        ))}
      </p>
    </div>
  );
}

function Body({ payment: p }: { payment: PaymentDetail }) {
  return (
    <div class="with-side">
      <div class="stack">
        {p.failure_reason && p.status === "failed" && (
          <div class="notice bad"><Icon name="alert" /><p><b>Why it failed:</b> {p.failure_reason}</p></div>
        )}
        <MoneyBar payment={p} />
        <Timeline payment={p} />
        <PaymentEvents payment={p} />
      </div>
      <div class="stack">
        <Children payment={p} />
        <About payment={p} />
      </div>
    </div>
  );
}

function About({ payment: p }: { payment: PaymentDetail }) {
  return (
    <Card title="About it">
      <div class="facts-narrow">
        <Facts rows={[
          ...p.names.map((name): [string, ComponentChildren] =>
            [`${words(name.kind)} id`, <Id key={name.id} text={name.id} what={`${words(name.kind)} id`} />]),
          p.order_id !== null && ["Order", <Id text={p.order_id} what="Order id" />],
          p.merchant_reference !== null && ["Your reference", <Id text={p.merchant_reference} what="Reference" />],
          ["E-mail", p.email],
          ["Source", <a href={to("/payments", { source: p.source })}>{p.source}</a>],
          p.account !== null && ["Account", <Id text={p.account} what="Account" />],
          ["Mode", words(p.mode)],
          p.failure_reason !== null && ["Latest failure", p.failure_reason],
          ["First event", <Time at={p.first_event_at} kind="full" />],
          ["Latest event", <Time at={p.last_event_at} kind="full" />],
        ]} />
      </div>
    </Card>
  );
}

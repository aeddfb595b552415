import type { PaymentChange, PaymentDetail } from "../api/types";
import { Chip, PaymentStatus } from "../parts/Chip";
import { Icon, type IconName } from "../parts/Icon";
import { Money } from "../parts/Money";
import { Card } from "../parts/Page";
import { Empty } from "../parts/States";
import { Time } from "../parts/Time";
import { toEvent } from "../router";
import { changeName, changeTone, type ChangeTone, gapText } from "./history";

const icons: Record<ChangeTone, IconName> = { good: "check", bad: "alert", warn: "clock", quiet: "circle" };

export function Timeline({ payment: p }: { payment: PaymentDetail }) {
  return (
    <Card title="What happened">
      {p.gaps.map((gap) => <Gap key={gap} gap={gap} />)}
      {p.timeline.length === 0
        ? <Empty icon="clock" title="No event changed it yet">Its events say nothing of its state so far.</Empty>
        : (
          <ol class="timeline">
            {p.timeline.map((change, i) => (
              <Change key={i} change={change} payment={p} before={p.timeline[i - 1]?.status} />
            ))}
          </ol>
        )}
    </Card>
  );
}

function Change({ change: c, payment: p, before }: {
  change: PaymentChange; payment: PaymentDetail; before: string | undefined;
}) {
  const tone = changeTone(c.change);
  return (
    <li class={`is-${tone}`}>
      <span class="timeline-mark"><Icon name={icons[tone]} size={14} /></span>
      <div class="timeline-head">
        <h3>{changeName(c.change)}</h3>
        {c.amount !== undefined && <Money minor={c.amount} currency={p.currency} exponent={p.currency_exponent} />}
        {c.status !== before && <PaymentStatus status={c.status} />}
        {c.late && <Chip tone="warn" icon="clock">Came late</Chip>}
        <span class="timeline-at quiet"><Time at={c.at} /></span>
      </div>
      {c.reason && <p>{c.reason}</p>}
      <p class="timeline-more quiet">
        <a href={toEvent(c.event_id)}>{c.event_type}</a>
        {c.id && <span class="mono">{c.id}</span>}
        {c.late && <span>received <Time at={c.received_at} />, after one of something that happened later</span>}
      </p>
    </li>
  );
}

function Gap({ gap }: { gap: string }) {
  return (
    <div class="notice warn gap">
      <Icon name="alert" />
      <p>
        <b>Missing: {gap}.</b> {gapText(gap)} The event was lost, or the provider is not asked to send it: see whether
        its webhook is subscribed to it, and look the payment up there.
      </p>
    </div>
  );
}

import type { ComponentChildren } from "preact";
import type { Destination } from "../api/types";
import { count, percent, plural } from "../format";
import { State } from "../parts/Chip";
import { Time } from "../parts/Time";
import { to } from "../router";

const backlogCounted = 10_000;

const backlogText = (d: Destination): string =>
  d.backlog === undefined ? "–" : d.backlog >= backlogCounted ? `${count(backlogCounted)}+` : count(d.backlog);

/** What is due waits for its turn: while the breaker is open, for one that is tried alone. */
const Due = ({ at }: { at: string }) =>
  new Date(at).getTime() <= Date.now() ? <>due now</> : <>next <Time at={at} kind="ago" /></>;

/** How a destination does, in five numbers. */
export function DestinationFigures({ destination: d }: { destination: Destination }) {
  const deliveries = (state: string) => to("/deliveries", { destination: d.name, state });
  return (
    <dl class="figure-row">
      <Figure name="Success, 24 h" note={d.attempts_24h === undefined ? null : plural(d.attempts_24h, "attempt")}>
        {percent(d.success_share_24h)}
      </Figure>
      <Figure name="Backlog" note="not looked at yet">
        {backlogText(d)}
      </Figure>
      <Figure
        name="Pending"
        note={
          d.pending > 0 && d.next_due_at ? (
            <Due at={d.next_due_at} />
          ) : (
            "to be tried again"
          )
        }
      >
        {d.pending > 0 ? <a href={deliveries("pending")}>{count(d.pending)}</a> : "0"}
      </Figure>
      <Figure name="Dead" note="given up" isBad={d.dead > 0}>
        {d.dead > 0 ? <a href={deliveries("dead")}>{count(d.dead)}</a> : "0"}
      </Figure>
      <Figure
        name="Breaker"
        note={
          d.breaker === "open" && d.breaker_until ? (
            <>
              tries <Time at={d.breaker_until} kind="ago" />
            </>
          ) : null
        }
      >
        {d.breaker ? <State state={d.breaker} /> : "–"}
      </Figure>
    </dl>
  );
}

function Figure({ name, note, isBad, children }:
  { name: string; note: ComponentChildren; isBad?: boolean; children: ComponentChildren }) {
  return (
    <div class={isBad ? "is-bad" : undefined}>
      <dt>{name}</dt>
      <dd>{children}{note && <span class="hint">{note}</span>}</dd>
    </div>
  );
}

import type { ComponentChildren } from "preact";
import type { Stats } from "../api/types";
import { useData } from "../api/useData";
import { count, milliseconds, percent, shortCount } from "../format";
import { useNow } from "../parts/useNow";
import { against, eventsOf, rateNow, refusedOf } from "./figures";

const hour = 3_600_000;
const day = 24 * hour;
const groups = "outcome";

const minuteOf = (at: number): string => new Date(Math.floor(at / 60_000) * 60_000).toISOString();

function midnight(now: Date): number {
  const at = new Date(now);
  at.setHours(0, 0, 0, 0);
  return at.getTime();
}

/**
 * The last hour is asked for often. A whole day is asked for by the minute and seldom, since midnight is not at a whole
 * hour of UTC everywhere.
 */
export function Counters() {
  const now = useNow(5);
  const at = now.getTime();
  const start = midnight(now);
  const recent = useData<Stats>("/stats",
    { from: minuteOf(at - 2 * hour), bucket: "minute", group_by: groups }, 5).value;
  const today = useData<Stats>("/stats", { from: new Date(start).toISOString(), bucket: "hour", group_by: groups }, 15);
  const full = Math.floor(at / hour) * hour;
  const yesterday = useData<Stats>(full > start ? "/stats" : null, {
    from: new Date(start - day).toISOString(), until: new Date(full - day).toISOString(), bucket: "hour",
    outcome: "stored,duplicate,conflict",
  });
  const deliveries = useData<Stats>("/stats/deliveries",
    { from: minuteOf(at - hour), bucket: "minute", group_by: groups }, 10).value;
  const beforeMidnight = useData<Stats>(start % hour === 0 ? null : "/stats", {
    from: new Date(Math.floor(start / hour) * hour).toISOString(), until: new Date(start).toISOString(),
    bucket: "minute", outcome: "stored,duplicate,conflict",
  });
  const isKnown = today.value && (start % hour === 0 || beforeMidnight.value);
  const beforehand = beforeMidnight.value?.totals.count ?? 0;
  const events = isKnown ? eventsOf(today.value!.totals) - beforehand : null;
  // Only hours that are over can be held against those of yesterday.
  const isOver = (b: { at: string }) => Date.parse(b.at) < full;
  const over = today.value?.buckets.filter(isOver).reduce((all, b) => all + eventsOf(b), 0) ?? 0;
  return (
    <section class="counters" aria-label="Now">
      <Counter name="Events today" value={events === null ? null : shortCount(events)}
        note={against(over, yesterday.value?.totals.count ?? null, "yesterday by this hour")} />
      <LastHour stats={recent} now={now} />
      <Deliveries stats={deliveries} />
    </section>
  );
}

const perSecond = (rate: number): string =>
  count(rate >= 10 ? Math.round(rate) : Number(rate.toFixed(rate < 0.1 ? 2 : 1)));

function LastHour({ stats, now }: { stats: Stats | null; now: Date }) {
  const split = now.getTime() - hour;
  const isLast = (b: { at: string }) => Date.parse(b.at) > split - 60_000;
  const last = stats?.buckets.filter(isLast) ?? [];
  const before = stats?.buckets.filter((b) => !isLast(b)) ?? [];
  const total = (of: typeof last, read: typeof eventsOf) => of.reduce((all, b) => all + read(b), 0);
  const events = total(last, eventsOf);
  const refused = total(last, refusedOf);
  const rate = rateNow(last, now);
  return (
    <>
      <Counter name="Last hour" value={stats && shortCount(events)}
        note={against(events, total(before, eventsOf), "the hour before")} />
      <Counter name="Per second now" value={stats && perSecond(rate)} note="mean of the last minutes" />
      <Counter name="Acknowledged within" value={stats && milliseconds(stats.totals.p50_ms)}
        note={stats && `99 of 100 within ${milliseconds(stats.totals.p99_ms)}`} />
      <Counter name="Rejected in the last hour" value={stats && shortCount(refused)} isBad={refused > 0}
        note={stats && (refused === 0 ? "none" : `${percent(refused / (events + refused))} of all requests`)} />
    </>
  );
}

function Deliveries({ stats }: { stats: Stats | null }) {
  const all = stats?.totals.count ?? 0;
  const failed = all - (stats?.totals.groups?.find((g) => g.outcome === "delivered")?.count ?? 0);
  return (
    <Counter name="Deliveries in the last hour" value={stats && shortCount(all)} isBad={failed > 0}
      note={stats && (all === 0 ? "none tried" : failed === 0 ? "all taken" : `${percent(failed / all)} failed`)} />
  );
}

function Counter({ name, value, note, isBad }: {
  name: string; value: string | null; note?: ComponentChildren; isBad?: boolean;
}) {
  return (
    <div class="counter">
      <h3>{name}</h3>
      <p class="counter-value figures">{value ?? "\u00a0"}</p>
      <p class={isBad ? "counter-note is-bad" : "counter-note"}>{note || "\u00a0"}</p>
    </div>
  );
}

import type { Series } from "../parts/Chart";
import type { Stats, StatsBucket, StatsGroup } from "../api/types";
import { words } from "../format";

/** Outcomes that are an event; all others are requests that were refused or broke off. */
const isEvent = (outcome: string | undefined): boolean =>
  outcome === "stored" || outcome === "duplicate" || outcome === "conflict";

const sum = (groups: readonly StatsGroup[] | undefined, holds: (group: StatsGroup) => boolean): number =>
  (groups ?? []).reduce((all, group) => holds(group) ? all + group.count : all, 0);

export const eventsOf = (b: { groups?: StatsGroup[] }): number => sum(b.groups, (g) => isEvent(g.outcome));
export const refusedOf = (b: { groups?: StatsGroup[] }): number =>
  sum(b.groups, (g) => !isEvent(g.outcome) && g.outcome !== "failed");

const secondsOf = { minute: 60, hour: 3600, day: 86_400 };

/** The latest bucket is not over: too short a part of it tells nothing yet. */
const leastShare = 0.2;

/** What a bucket's count is by the minute; null where too little of it has passed. */
function perMinute(count: number, at: number, seconds: number, now: number): number | null {
  const passed = Math.min(seconds, now - at);
  return passed < seconds * leastShare ? null : count / (passed / 60);
}

export interface Lines { times: number[]; series: Series[] }

type Reads = (bucket: StatsBucket) => number;

function lines(stats: Stats, now: Date, parts: { name: string; color: Series["color"]; read: Reads }[],
  kind: Series["kind"]): Lines {
  const seconds = secondsOf[stats.bucket];
  const times = stats.buckets.map((b) => Date.parse(b.at) / 1000);
  const series = parts.map(({ name, color, read }) => ({
    name, color, kind,
    values: stats.buckets.map((b, i) => perMinute(read(b), times[i]!, seconds, now.getTime() / 1000)),
  }));
  return { times, series };
}

/** Total counts by a word of each group, the most frequent first. */
function ranked(stats: Stats, word: (group: StatsGroup) => string | null): string[] {
  const totals = new Map<string, number>();
  for (const group of stats.totals.groups ?? []) {
    const name = word(group);
    if (name !== null) totals.set(name, (totals.get(name) ?? 0) + group.count);
  }
  return [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

/** A line for each of the most frequent, and one for the rest of them. */
function topLines(stats: Stats, now: Date, word: (group: StatsGroup) => string | null, most = 5): Lines {
  const names = ranked(stats, word);
  const shown = names.length > most + 1 ? names.slice(0, most) : names;
  const parts = shown.map((name, i) => ({
    name: words(name), color: (i + 1) as Series["color"],
    read: (b: StatsBucket) => sum(b.groups, (g) => word(g) === name),
  }));
  if (shown.length < names.length) {
    const rest = new Set(names.slice(most));
    parts.push({ name: "Other", color: 6, read: (b) => sum(b.groups, (g) => rest.has(word(g) ?? "")) });
  }
  return lines(stats, now, parts, parts.length === 1 ? "area" : "line");
}

export function byProvider(stats: Stats, now: Date): Lines {
  const providers = new Map((stats.sources ?? []).map((s) => [s.source, s.provider]));
  return topLines(stats, now, (g) => isEvent(g.outcome) ? providers.get(g.source ?? "") ?? g.source ?? null : null);
}

export const byReason = (stats: Stats, now: Date): Lines =>
  topLines(stats, now, (g) => isEvent(g.outcome) || g.outcome === "failed" ? null : g.outcome ?? null);

export function byOutcome(stats: Stats, now: Date): Lines {
  const counted = (outcome: string): Reads => (b) => sum(b.groups, (g) => g.outcome === outcome);
  return lines(stats, now, [
    { name: "Stored", color: "good", read: counted("stored") },
    { name: "Duplicate", color: 1, read: counted("duplicate") },
    { name: "Conflict", color: "warn", read: counted("conflict") },
    { name: "Refused or failed", color: "bad", read: (b) => sum(b.groups, (g) => !isEvent(g.outcome)) },
  ], "line");
}

export function byDelivery(stats: Stats, now: Date): Lines {
  return lines(stats, now, [
    { name: "Delivered", color: "good", read: (b) => sum(b.groups, (g) => g.outcome === "delivered") },
    { name: "Failed", color: "bad", read: (b) => sum(b.groups, (g) => g.outcome !== "delivered") },
  ], "line");
}

export function latency(stats: Stats): Lines {
  return {
    times: stats.buckets.map((b) => Date.parse(b.at) / 1000),
    series: [
      { name: "p50", color: 1, values: stats.buckets.map((b) => b.p50_ms) },
      { name: "p99", color: 3, values: stats.buckets.map((b) => b.p99_ms) },
    ],
  };
}

/** Events per second in the latest whole minute and what has passed of this one. */
export function rateNow(buckets: readonly StatsBucket[], now: Date): number {
  const latest = buckets.slice(-2);
  const first = latest[0];
  if (!first) return 0;
  const passed = (now.getTime() - Date.parse(first.at)) / 1000;
  return passed <= 0 ? 0 : latest.reduce((all, b) => all + eventsOf(b), 0) / passed;
}

/** What one number is against another of before: "12 % more than yesterday"; null where it cannot be said. */
export function against(value: number, before: number | null, when: string): string | null {
  if (before === null || before === 0) return null;
  const change = Math.round((value / before - 1) * 100);
  if (change === 0) return `as ${when}`;
  return `${Math.abs(change)} % ${change > 0 ? "more" : "fewer"} than ${when}`;
}

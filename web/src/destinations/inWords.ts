import type { Destination, DestinationFilter } from "../api/types";
import { count, words } from "../format";

const or = (list: readonly string[]): string =>
  list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} or ${list.at(-1)}`;

/** What a destination gets, in a sentence. */
export function filterWords(filter: DestinationFilter | undefined): string {
  const parts: string[] = [];
  if (filter?.types?.length) parts.push(`of the type ${or(filter.types)}`);
  if (filter?.sources?.length) parts.push(`from ${or(filter.sources)}`);
  if (filter?.providers?.length) parts.push(`of the provider ${or(filter.providers)}`);
  if (filter?.statuses?.length)
    parts.push(`that make a payment ${or(filter.statuses.map((s) => words(s).toLowerCase()))}`);
  const where = filter?.where;
  if (where)
    parts.push(
      where.operator === "exists"
        ? `that have ${where.path}`
        : `where ${where.path} ${where.operator ?? "="} ${where.value}`,
    );
  return parts.length === 0 ? "All events" : `Events ${parts.join(", ")}`;
}

export function retryWords(d: Destination): string {
  if (!d.retry) return "–";
  const { first_seconds: first, longest_seconds: longest, give_up_after_hours: hours } = d.retry;
  return `After ${span(first)}, then ever later up to ${span(longest)}; given up after ${span(hours * 3600)}`;
}

/** A length of time in the largest unit that fits it. */
export function span(seconds: number): string {
  const units: [number, string][] = [[86_400, "day"], [3600, "hour"], [60, "minute"]];
  const found = units.find(([size]) => seconds >= size && seconds % size === 0);
  const [value, unit] = found ? [seconds / found[0], found[1]] : [seconds, "second"];
  return `${count(value)} ${unit}${value === 1 ? "" : "s"}`;
}

export const bodyForms: [string, string][] = [
  ["envelope", "Envelope: one form for all providers"], ["raw", "Raw: what the provider sent"],
  ["cloudevents", "CloudEvents, as JSON"], ["cloudevents_binary", "CloudEvents, in headers"],
];
export const bodyWords = (form: string | undefined): string =>
  bodyForms.find(([value]) => value === form)?.[1] ?? form ?? "–";

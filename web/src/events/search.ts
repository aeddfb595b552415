/** Filters of events, as they stand in the address. */
export const filterNames = [
  "type", "source", "provider", "payment_id", "event_id", "received_from", "received_to", "conflict",
] as const;
type FilterName = (typeof filterNames)[number];
export type EventFilters = Partial<Record<FilterName, string>>;

const words: Record<string, FilterName> = {
  type: "type", source: "source", provider: "provider", payment: "payment_id", event: "event_id",
  from: "received_from", to: "received_to", conflict: "conflict",
};

/** What was typed: `type:payment.* source:stripe`. A word without a known name before it is an id to look for. */
export function parseSearch(text: string): { filters: EventFilters; bare: string[] } {
  const filters: EventFilters = {};
  const bare: string[] = [];
  for (const [, name, quoted, plain] of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = quoted ?? plain!;
    const filter = name === undefined ? undefined : words[name];
    if (filter === undefined) bare.push(name === undefined ? value : `${name}:${value}`);
    else if (filter === "conflict") filters.conflict = value === "false" ? undefined : "true";
    else if (filter === "type" && filters.type) filters.type += `,${value}`;
    else filters[filter] = value;
  }
  return { filters, bare };
}

/** The same filters as they are typed. */
export function searchOf(filters: EventFilters): string {
  const parts: string[] = [];
  for (const [word, name] of Object.entries(words)) {
    const value = filters[name];
    if (value) parts.push(`${word}:${/[\s"]/.test(value) ? `"${value.replaceAll("\"", "")}"` : value}`);
  }
  return parts.join(" ");
}

export function filtersOf(query: URLSearchParams): EventFilters {
  const found: EventFilters = {};
  for (const name of filterNames) {
    const value = query.get(name);
    if (value) found[name] = value;
  }
  return found;
}

/** The filters of the list, which are those of the API and stand in the address. */
export const filterNames = [
  "status", "provider", "source", "currency", "mode", "amount_min", "amount_max", "text", "last_event_from",
  "last_event_to", "sort",
] as const;

export const statuses = [
  "captured", "authorized", "partially_captured", "created", "pending", "failed", "voided", "refunded",
  "partially_refunded", "disputed", "dispute_lost",
] as const;

/** Adds a word to a list of words, or takes it out. */
export function toggled(list: string | null, word: string): string | null {
  const all = (list ?? "").split(",").filter(Boolean);
  const next = all.includes(word) ? all.filter((w) => w !== word) : [...all, word];
  return next.length > 0 ? next.join(",") : null;
}

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // no currency yet, while it is typed
  }
}

/** `12.5` of EUR is 1250 minor units; null where it is no amount. */
export function toMinor(text: string, currency: string): string | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(value) || value < 0
    ? null : String(Math.round(value * 10 ** digitsOf(currency)));
}

export const fromMinor = (minor: string | null, currency: string): string =>
  minor === null ? "" : String(Number(minor) / 10 ** digitsOf(currency));

/** What an input for a moment holds, in the viewer's zone, as the API takes it; and back. */
export function toMoment(local: string): string | null {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function fromMoment(moment: string | null): string {
  const at = new Date(moment ?? "");
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

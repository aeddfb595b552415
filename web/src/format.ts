/** Numbers, money and times as people read them, in the language and zone of whoever looks. */

const number = new Intl.NumberFormat(undefined);
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const fullTime = new Intl.DateTimeFormat(undefined, {
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
  timeZoneName: "short",
});
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });

export const count = (value: number): string => number.format(value);

/** From ten thousand on in short: 12.3K. */
export const shortCount = (value: number): string => value < 10_000 ? number.format(value) : compact.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export const percent = (share: number | null | undefined, digits = 1): string =>
  share === null || share === undefined ? "–" : `${cut(share * 100, digits)} %`;

/** 99.96 is 99.9 and never 100: what is not all must not look like all. */
function cut(value: number, digits: number): string {
  const scale = 10 ** digits;
  return number.format(value > 50 ? Math.floor(value * scale) / scale : Math.round(value * scale) / scale);
}

export const milliseconds = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–"
    : value < 10 ? `${Number(value.toFixed(1))} ms`
    : value < 1000 ? `${Math.round(value)} ms`
    : `${(value / 1000).toFixed(1)} s`;

export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/**
 * An amount of minor units in its currency. The exponent comes with the payment, since some currencies have none or
 * three, and some providers use another than the currency's own.
 */
export function money(minor: number | null | undefined, currency: string | null, exponent: number): string {
  if (minor === null || minor === undefined) return "–";
  const value = minor / 10 ** exponent;
  const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  if (!currency) return new Intl.NumberFormat(undefined, digits).format(value);
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency, ...digits }).format(value);
  } catch {
    return `${new Intl.NumberFormat(undefined, digits).format(value)} ${currency}`; // not an ISO code
  }
}

export const clock = (at: Date): string => time.format(at);
export const fullMoment = (at: Date): string => fullTime.format(at);
export const utcMoment = (at: Date): string => `${at.toISOString().replace("T", " ").replace(/\.\d+Z$/, "")} UTC`;

/** The time alone for today, the day with it before. */
export function moment(at: Date, now = new Date()): string {
  return at.toDateString() === now.toDateString() ? time.format(at) : dayAndTime.format(at);
}

export function ago(at: Date, now = new Date()): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return "now";
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** `partially_refunded` as people read it: Partially refunded. */
export function words(value: string): string {
  const text = value.replaceAll(/[_-]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

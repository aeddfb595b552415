import { signal } from "@preact/signals";
import { ago, fullMoment, moment, utcMoment } from "../format";

/** Moves relative times on, all at once. */
const now = signal(new Date());
setInterval(() => { if (!document.hidden) now.value = new Date(); }, 10_000);

interface Props { at: string | number | null | undefined; kind?: "moment" | "ago" | "full" }

/** A moment in the viewer's zone, in UTC on hover. `kind` is how it is told: shortly, how long ago, or in full. */
export function Time({ at, kind = "moment" }: Props) {
  if (at === null || at === undefined) return <span class="quiet">–</span>;
  const date = new Date(at);
  const text = kind === "ago" ? ago(date, now.value) : kind === "full" ? fullMoment(date) : moment(date, now.value);
  return <time dateTime={date.toISOString()} title={utcMoment(date)}>{text}</time>;
}

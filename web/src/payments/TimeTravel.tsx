import { useId } from "preact/hooks";
import type { PaymentDetail } from "../api/types";
import { plural } from "../format";
import { Button } from "../parts/Button";
import { Time } from "../parts/Time";
import { query, setQuery } from "../router";
import { latestAt, momentsOf } from "./history";

/** Goes back to what was known after each of the payment's events. */
export function TimeTravel({ payment }: { payment: PaymentDetail }) {
  const id = useId();
  const moments = momentsOf(payment.events);
  const asOf = query.value.get("as_of");
  if (moments.length < 2 && !asOf) return null;
  const at = asOf === null ? moments.length - 1 : latestAt(moments, asOf);
  const moment = moments[at];
  const go = (index: number) => setQuery({ as_of: index >= moments.length - 1 ? null : moments[index]!.upTo });
  return (
    <section class={asOf ? "travel is-past" : "travel"} aria-label="Time travel">
      <label for={id}>As it was known</label>
      <input id={id} type="range" min={0} max={moments.length - 1} step={1} value={Math.max(0, at)}
        aria-valuetext={moment ? `after ${plural(moment.known, "event")}` : "before any event"}
        onInput={(event) => go(event.currentTarget.valueAsNumber)} />
      <span class="travel-at" aria-live="polite">
        {asOf === null
          ? <>now, after {plural(payment.events.length, "event")}</>
          : moment
            ? <><Time at={moment.at} />, after {moment.known} of {plural(payment.events.length, "event")}</>
            : <><Time at={asOf} />, before any event</>}
      </span>
      {asOf && <Button kind="quiet" icon="rotate" onClick={() => setQuery({ as_of: null })}>Back to now</Button>}
    </section>
  );
}

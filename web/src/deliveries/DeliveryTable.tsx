import { useState } from "preact/hooks";
import { post } from "../api/client";
import { may } from "../api/session";
import type { Delivery } from "../api/types";
import { plural } from "../format";
import { Breakable } from "../parts/Breakable";
import { Button } from "../parts/Button";
import { State } from "../parts/Chip";
import { Time } from "../parts/Time";
import { tell, tellFault } from "../parts/Toasts";
import { toDestination, toEvent } from "../router";
import { Attempts } from "./Attempts";
import { failureWords } from "./words";

/** Who looks at one event, or at one destination, need not read its name in every row. */
type Left = "event" | "destination";

/** Deliveries, each with its attempts when it is unfolded. */
export function DeliveryTable({ deliveries, without, openFirst, onChange }: {
  deliveries: Delivery[]; without?: Left; openFirst?: boolean; onChange: () => void;
}) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Table of deliveries">
      <table class="delivery-table">
        <thead>
          <tr>
            <th scope="col"><span class="visually-hidden">Attempts</span></th>
            {without !== "event" && <th scope="col">Event</th>}
            {without !== "destination" && (
              <th scope="col" class={without === "event" ? undefined : "not-narrow"}>
                Destination
              </th>
            )}
            <th scope="col">State</th>
            <th scope="col" class="not-narrow">Attempts</th>
            <th scope="col" class="not-narrow">Last failure</th>
            <th scope="col" class="not-narrow">Changed</th>
            <th scope="col"><span class="visually-hidden">Act</span></th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((d) => (
            <DeliveryRows
              key={d.id}
              delivery={d}
              without={without}
              isOpenFirst={openFirst ?? false}
              onChange={onChange}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeliveryRows({ delivery: d, without, isOpenFirst, onChange }:
  { delivery: Delivery; without?: Left; isOpenFirst: boolean; onChange: () => void }) {
  const [isOpen, setIsOpen] = useState(isOpenFirst);
  const toggle = (click: MouseEvent) => {
    if (!(click.target as Element).closest("a, button") && !getSelection()?.toString()) setIsOpen(!isOpen);
  };
  return (
    <>
      <tr class="leads" onClick={toggle}>
        <td>
          <Button kind="quiet" icon={isOpen ? "chevronDown" : "chevronRight"} aria-expanded={isOpen}
            label={`Attempts of delivery ${d.id}`} onClick={() => setIsOpen(!isOpen)} />
        </td>
        {without !== "event" && (
          <td class="event-cell">
            <a class="row-link" href={toEvent(d.event_id)}><Breakable text={d.event_type} /></a>
            <span class="mono quiet">{d.event_id}</span>
            {without !== "destination" && <span class="narrow-only quiet">to {d.destination}</span>}
          </td>
        )}
        {without !== "destination" && (
          <td class={without === "event" ? undefined : "not-narrow"}>
            <a href={toDestination(d.destination)}>{d.destination}</a>
          </td>
        )}
        <td>
          <State state={d.state} />
          {d.failure && <span class="narrow-only hint">{failureWords(d.failure)}</span>}
        </td>
        <td class="not-narrow figures">{plural(d.attempt_count, "try", "tries")}</td>
        <td class="not-narrow">{d.failure ? failureWords(d.failure) : <span class="quiet">–</span>}</td>
        <td class="not-narrow nowrap"><Time at={d.changed_at} /></td>
        <td class="act">{d.state === "dead" && may("replay") && <Retry delivery={d} onChange={onChange} />}</td>
      </tr>
      {isOpen && <tr class="unfolded"><td colSpan={8}><Attempts delivery={d} /></td></tr>}
    </>
  );
}

function Retry({ delivery, onChange }: { delivery: Delivery; onChange: () => void }) {
  const [isBusy, setIsBusy] = useState(false);
  const retry = async () => {
    setIsBusy(true);
    try {
      await post(`/deliveries/${delivery.id}/retry`);
      tell(`The delivery to ${delivery.destination} is tried again`);
      onChange();
    } catch (e) {
      tellFault(e);
    } finally {
      setIsBusy(false);
    }
  };
  return <Button icon="refresh" label={`Retry delivery ${delivery.id}`} isBusy={isBusy} onClick={() => void retry()} />;
}

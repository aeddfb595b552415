import type { PaymentDetail } from "../api/types";
import { Card } from "../parts/Page";
import { Time } from "../parts/Time";
import { openRow } from "../parts/useRowKeys";
import { toEvent } from "../router";

/** Every event of a payment in the order of its receipt, those too that say nothing of its state. */
export function PaymentEvents({ payment: p }: { payment: PaymentDetail }) {
  return (
    <Card title="Events" isFlush>
      <div class="table-wrap" tabIndex={0} role="region" aria-label="Events of this payment">
        <table>
          <thead>
            <tr>
              <th scope="col">Type</th><th scope="col" class="hide-narrow">Event</th>
              <th scope="col">Received</th><th scope="col" class="hide-narrow">In the timeline</th>
            </tr>
          </thead>
          <tbody>
            {p.events.map((event) => (
              <tr key={event.sequence} class="leads" onClick={openRow}>
                <td><a class="row-link" href={toEvent(event.event_id)}>{event.event_type}</a></td>
                <td class="cut mono hide-narrow">{event.event_id}</td>
                <td class="nowrap"><Time at={event.received_at} /></td>
                <td class="hide-narrow">
                  {event.in_timeline ? "Yes" : <span class="quiet">No, it changes nothing</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {p.events_cut && <p class="more-end quiet">Only the first {p.events.length} are shown.</p>}
    </Card>
  );
}

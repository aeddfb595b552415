import type { EventRow } from "../api/types";
import { Button, ButtonLink } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Time } from "../parts/Time";
import { to, toEvent, toPayment } from "../router";

/** The events as they come, the newest first; the first one is worth a moment of joy. */
export function Arrived({ events, isLive, onLeave }: {
  events: EventRow[]; isLive: boolean; onLeave?: () => void;
}) {
  const first = events.at(-1);
  if (!first) {
    return (
      <p class="start-waiting" role="status">
        <span class={isLive ? "pulse is-live" : "pulse"} />
        {isLive ? "Listening. The event will appear here." : "Connecting to the listener…"}
      </p>
    );
  }
  return (
    <div class="stack">
      <div class="arrival" role="status">
        <span class="arrival-icon"><Confetti /><Icon name="check" size={24} /></span>
        <div>
          <h3>It works: {first.event_type} is here</h3>
          <p class="quiet">Verified, stored, and read back from the feed.</p>
        </div>
      </div>
      <ul class="arrived">
        {events.map((event) => (
          <li key={event.sequence}>
            <a href={toEvent(event.event_id)}>{event.event_type}</a>
            <span class="quiet"><Time at={event.received_at} kind="ago" /></span>
            {event.payment_id && <a class="mono" href={toPayment(event.payment_id)}>{event.payment_id}</a>}
          </li>
        ))}
      </ul>
      <div class="row">
        {onLeave
          ? <Button kind="primary" icon="gauge" onClick={onLeave}>Go to the overview</Button>
          : <ButtonLink kind="primary" icon="gauge" href={to("/")}>Go to the overview</ButtonLink>}
        <ButtonLink icon="send" href={to("/destinations")}>Hand events on to your application</ButtonLink>
      </div>
    </div>
  );
}

const pieces = 14;

function Confetti() {
  return (
    <span class="confetti" aria-hidden="true">
      {Array.from({ length: pieces }, (_, i) => (
        <i key={i} class={`piece-${i % 4}`} style={{ rotate: `${(360 / pieces) * i}deg` }} />
      ))}
    </span>
  );
}

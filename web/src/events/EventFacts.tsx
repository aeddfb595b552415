import type { EventDetail, EventRow } from "../api/types";
import { plural, words } from "../format";
import { Chip } from "../parts/Chip";
import { Copy } from "../parts/Copy";
import { Card, Facts } from "../parts/Page";
import { Time } from "../parts/Time";
import { to, toPayment } from "../router";
import { coveredBy } from "./covered";
import { hrefOf } from "./EventTable";
import { Marks } from "./Marks";

export function EventFacts({ event }: { event: EventDetail }) {
  const duplicates = event.duplicate_count ?? 0;
  const hasMarks = event.conflict_count > 0 || duplicates > 0 || event.reused_event_id || event.origin !== undefined;
  return (
    <Card title="Event">
      <Facts
        rows={[
          ["Type", event.event_type],
          ["Source", <a href={to("/events", { source: event.source })}>{event.source}</a>],
          [
            "Payment",
            event.payment_id ? (
              <a class="mono" href={toPayment(event.payment_id)}>
                {event.payment_id}
              </a>
            ) : (
              <span class="quiet">None is named</span>
            ),
          ],
          [
            "Received",
            <>
              <Time at={event.received_at_ms} kind="full" />
              <br />
              <span class="quiet">
                <Time at={event.received_at_ms} kind="ago" />
              </span>
            </>,
          ],
          duplicates > 0 && [
            "Duplicates",
            <>
              Came {plural(duplicates, "more time")}, last <Time at={event.last_duplicate_at} />
            </>,
          ],
          ["Number", `${event.sequence}`],
          event.batch !== undefined && ["Delivery", `Number ${event.batch}, with other events`],
          hasMarks && ["Marks", <Marks event={event} />],
        ]}
      />
    </Card>
  );
}

export function VerificationCard({ event }: { event: EventDetail }) {
  const found = event.verification;
  if (!found) return null;
  const isIdSigned = found.identity === event.event_id;
  return (
    <Card title="Verification">
      <Facts rows={[
        ["Result", <Chip tone="good">{words(found.verdict)}</Chip>],
        event.origin === "reverified" && ["When", "Refused at first, and verified again later"],
        ["Provider", found.provider === null ? "–" : words(found.provider)],
        ["Secret", found.secret_number === null ? "–" : `Number ${found.secret_number} of the source’s secrets`],
        ["Covers", coveredBy(found.provider)],
        ["Identity", <><code class="breaks">{found.identity}</code><br /><span class="quiet">{
          isIdSigned ? "The event id is signed, so it tells duplicates apart"
            : "The event id is not signed, so this tells duplicates apart"}</span></>],
      ]} />
    </Card>
  );
}

export function HeadersCard({ headers }: { headers: Record<string, string> }) {
  const names = Object.entries(headers);
  if (names.length === 0) return null;
  return (
    <Card title="Headers" actions={<Copy text={names.map(([n, v]) => `${n}: ${v}`).join("\n")} what="headers" />}>
      <dl class="headers">
        {names.map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="mono">{value}</dd></div>)}
      </dl>
      {names.some(([, value]) => value === "***")
        && <p class="hint">A signature is shown as ***, because whoever has it can send the event again.</p>}
    </Card>
  );
}

/** Where an id is not signed, several events can carry it. */
export function OthersCard({ events }: { events: EventRow[] }) {
  return (
    <Card title={`Other events with this id (${events.length})`}>
      <p class="quiet">The id came in a header that is not signed, so several events can carry it.</p>
      <ul class="plain-list">
        {events.map((other) => (
          <li key={other.sequence}>
            <a href={hrefOf({ ...other, reused_event_id: true })}>{other.event_type}, number {other.sequence}</a>
            <span class="quiet"><Time at={other.received_at_ms} /></span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

import type { EventConflict, EventDetail } from "../api/types";
import { Chip } from "../parts/Chip";
import { Card } from "../parts/Page";
import { Time } from "../parts/Time";
import { BodyDiff } from "./BodyDiff";

/** Receipts that did not agree with the event, each with what is different. */
export function Conflicts({ event }: { event: EventDetail }) {
  const conflicts = event.conflicts ?? [];
  if (conflicts.length === 0) return null;
  return (
    <Card title={`Conflicts (${conflicts.length})`}>
      <div class="stack">
        {conflicts.map((conflict, i) => <Conflict key={i} event={event} conflict={conflict} />)}
      </div>
    </Card>
  );
}

function Conflict({ event, conflict }: { event: EventDetail; conflict: EventConflict }) {
  const isReplay = conflict.kind === "possible_replay";
  return (
    <section class="conflict">
      <h3 class="row">
        <Chip tone="bad">{isReplay ? "Possible replay" : "Another body"}</Chip>
        <Time at={conflict.received_at} />
      </h3>
      {isReplay && (
        <p>
          The same bytes came again under another id, <code class="breaks">{conflict.event_id}</code>, in a header that
          is not signed. It may be a captured request that somebody sent again. It was not stored as a new event.
        </p>
      )}
      {!isReplay && (
        <>
          <p>
            The same event id came with another body and a right signature. The first one counts. Lines with − are only
            in the first, lines with + only in the later one.
          </p>
          <BodyDiff before={event} after={conflict} />
        </>
      )}
    </section>
  );
}

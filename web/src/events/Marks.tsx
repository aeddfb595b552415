import type { EventRow } from "../api/types";
import { plural } from "../format";
import { Chip } from "../parts/Chip";

/** What is out of the ordinary about an event, in words. */
export function Marks({ event }: { event: EventRow }) {
  const duplicates = event.duplicate_count ?? 0;
  return (
    <span class="marks">
      {event.conflict_count > 0 && <Chip tone="bad">{plural(event.conflict_count, "conflict")}</Chip>}
      {duplicates > 0 && <Chip tone="quiet" icon="copy">{plural(duplicates, "duplicate")}</Chip>}
      {event.reused_event_id && <Chip tone="warn" icon="alert">Reused id</Chip>}
      {event.origin === "reverified" && <Chip tone="quiet" icon="rotate">Verified later</Chip>}
    </span>
  );
}

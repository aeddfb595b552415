import { useData, usePages } from "../api/useData";
import type { Destination, Replay, ReplayList as Answer } from "../api/types";
import { words } from "../format";
import { Button, ButtonLink } from "../parts/Button";
import { Select } from "../parts/Field";
import { More } from "../parts/More";
import { Page } from "../parts/Page";
import { Empty, Fault, Skeleton } from "../parts/States";
import { ReplayList } from "../replays/ReplayList";
import { query, setQuery, to } from "../router";

const states = ["running", "done", "cancelled"];

export function Replays() {
  const destination = query.value.get("destination") ?? "";
  const state = query.value.get("state") ?? "";
  const names = (useData<Destination[]>("/destinations").value ?? []).map((d) => d.name);
  if (destination && !names.includes(destination)) names.push(destination);
  const pages = usePages<Answer, Replay>("/replays", { destination, state },
    (answer) => ({ items: answer.replays, next: answer.next }), "before");
  const pair = (list: string[], say: (text: string) => string) =>
    [["", "All"], ...list.map((value) => [value, say(value)])] as [string, string][];
  return (
    <Page
      title="Replays"
      note="Stored events that were sent once more"
      back={{ href: to("/destinations"), text: "Destinations" }}
      actions={
        <>
          <ButtonLink href={to("/deliveries")} icon="send">
            Deliveries
          </ButtonLink>
          <Button icon="refresh" isBusy={pages.isLoading} onClick={pages.reload}>
            Refresh
          </Button>
        </>
      }
    >
      <div class="filters list-filters">
        <Select
          label="Destination"
          isCompact
          value={destination}
          options={pair(names, String)}
          onChange={(d) => setQuery({ destination: d })}
        />
        <Select
          label="State"
          isCompact
          value={state}
          options={pair(states, words)}
          onChange={(s) => setQuery({ state: s })}
        />
      </div>
      {pages.fault && <Fault fault={pages.fault} onRetry={pages.reload} />}
      <section class="card" aria-label="Replays" aria-busy={pages.isLoading}>
        {pages.items.length > 0 && <ReplayList replays={pages.items} />}
        {pages.items.length === 0 && pages.isLoading && <Skeleton rows={8} />}
        {pages.items.length === 0 && !pages.isLoading && !pages.fault && (
          <Empty icon="rotate" title={destination || state ? "No replay matches" : "Nothing was replayed yet"}>
            Open an event, or a destination, and choose Replay there.
          </Empty>
        )}
        {pages.items.length > 0 && <More pages={pages} noun="replays" />}
      </section>
    </Page>
  );
}

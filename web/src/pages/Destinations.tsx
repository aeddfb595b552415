import { useState } from "preact/hooks";
import { useData } from "../api/useData";
import type { Destination } from "../api/types";
import { whyNoChange } from "../destinations/access";
import { AddDialog } from "../destinations/DestinationForm";
import { DestinationFigures } from "../destinations/Figures";
import { filterWords } from "../destinations/inWords";
import { Button, ButtonLink } from "../parts/Button";
import { Chip, State } from "../parts/Chip";
import { Page } from "../parts/Page";
import { Empty, Loaded } from "../parts/States";
import { to, toDestination } from "../router";

export function Destinations() {
  const data = useData<Destination[]>("/destinations", {}, 10);
  const [isAdding, setIsAdding] = useState(false);
  const why = whyNoChange();
  const add = (
    <Button kind="primary" icon="plus" disabled={why !== undefined} title={why} onClick={() => setIsAdding(true)}>
      Add a destination
    </Button>
  );
  return (
    <Page title="Destinations" note="Where events are handed on to" actions={
      <>
        <ButtonLink href={to("/deliveries")} icon="send">Deliveries</ButtonLink>
        <ButtonLink href={to("/replays")} icon="rotate">Replays</ButtonLink>
        {add}
      </>
    }>
      <Loaded value={data.value} fault={data.fault} onRetry={data.reload} rows={6}>
        {(all) => all.length === 0
          ? (
            <section class="card">
              <Empty icon="send" title="Events go nowhere yet">
                <p>A destination is an application that gets every event as a signed request, or a NATS server.</p>
                {add}
              </Empty>
            </section>
          )
          : <div class="destinations">{all.map((d) => <DestinationCard key={d.id} destination={d} />)}</div>}
      </Loaded>
      <AddDialog isOpen={isAdding} onClose={() => setIsAdding(false)} onAdded={data.reload} />
    </Page>
  );
}

function DestinationCard({ destination: d }: { destination: Destination }) {
  return (
    <article class="card destination">
      <header class="row">
        <h2><a href={toDestination(d.name)}>{d.name}</a></h2>
        <State state={d.state} />
        {d.from_file && <Chip tone="quiet" icon="info">Set up in payhook.json</Chip>}
      </header>
      <p class="mono cut-line" title={d.url}>
        {d.fault ? <span class="quiet">{d.fault}</span> : d.url}
      </p>
      <p class="quiet">
        {d.fault ? "Its settings cannot be read" : filterWords(d.filter)}
        {d.state_reason && `. It is ${d.state_reason}.`}
      </p>
      <DestinationFigures destination={d} />
    </article>
  );
}

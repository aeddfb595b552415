import { useData } from "../api/useData";
import type { DeliveryList, Destination, ReplayList as Replays } from "../api/types";
import { DeliveryTable } from "../deliveries/DeliveryTable";
import { Actions } from "../destinations/Actions";
import { DeadLetters } from "../destinations/DeadLetters";
import { DeliveryChart } from "../destinations/DeliveryChart";
import { DestinationFigures } from "../destinations/Figures";
import { DestinationSettings } from "../destinations/Settings";
import { ButtonLink } from "../parts/Button";
import { Chip, State } from "../parts/Chip";
import { Icon } from "../parts/Icon";
import { Card, Page } from "../parts/Page";
import { Empty, Fault, Loaded, Skeleton } from "../parts/States";
import { ReplayList } from "../replays/ReplayList";
import { to } from "../router";

export function DestinationPage({ name }: { name: string }) {
  const data = useData<Destination>(`/destinations/${encodeURIComponent(name)}`, {}, 5);
  const d = data.value;
  const back = { href: to("/destinations"), text: "Destinations" };
  // What only this answer has is not in the answer of a change, so all is asked for again.
  const onChanged = (changed: Destination) => {
    data.set({ ...d, ...changed });
    data.reload();
  };
  if (data.fault?.status === 404)
    return (
      <Page title="Destination not found" back={back}>
        <Empty icon="search" title={`There is no destination ${name}`}>It may have been removed.</Empty>
      </Page>
    );
  return (
    <Page title={name} back={back} note={d && <Note destination={d} />}
      actions={d && <Actions destination={d} onChanged={onChanged} />}>
      {data.fault && <Fault fault={data.fault} onRetry={data.reload} />}
      {!d && !data.fault && <Card><Skeleton rows={8} /></Card>}
      {d && <Content destination={d} onChange={data.reload} />}
    </Page>
  );
}

function Note({ destination: d }: { destination: Destination }) {
  return (
    <span class="row">
      <State state={d.state} />
      {d.from_file && <Chip tone="quiet" icon="info">Set up in payhook.json, changed there</Chip>}
      {d.state_reason && <span>{d.state_reason}</span>}
    </span>
  );
}

function Content({ destination: d, onChange }: { destination: Destination; onChange: () => void }) {
  return (
    <div class="with-side">
      <div class="stack">
        {d.fault && <p class="note"><Icon name="alert" /><span>Its settings cannot be read: {d.fault}</span></p>}
        <Card><DestinationFigures destination={d} /></Card>
        <DeliveryChart name={d.name} />
        <DeadLetters destination={d} onChange={onChange} />
        <Recent name={d.name} onChange={onChange} />
        <ReplaysTo name={d.name} />
      </div>
      <DestinationSettings destination={d} />
    </div>
  );
}

function Recent({ name, onChange }: { name: string; onChange: () => void }) {
  const data = useData<DeliveryList>("/deliveries", { destination: name, limit: 10 }, 5);
  const reload = () => {
    data.reload();
    onChange();
  };
  return (
    <Card title="Latest deliveries" isFlush
      actions={<ButtonLink kind="quiet" href={to("/deliveries", { destination: name })}>All deliveries</ButtonLink>}>
      <Loaded value={data.value} fault={data.fault} onRetry={data.reload} rows={4}>
        {({ deliveries }) => deliveries.length === 0
          ? <Empty icon="send" title="Nothing was sent to it yet" />
          : <DeliveryTable deliveries={deliveries} without="destination" onChange={reload} />}
      </Loaded>
    </Card>
  );
}

function ReplaysTo({ name }: { name: string }) {
  const data = useData<Replays>("/replays", { destination: name, limit: 5 }, 10);
  if (!data.value || data.value.replays.length === 0) return null;
  return (
    <Card title="Replays to it"
      actions={<ButtonLink kind="quiet" href={to("/replays", { destination: name })}>All replays</ButtonLink>}>
      <ReplayList replays={data.value.replays} without="destination" />
    </Card>
  );
}

import { useState } from "preact/hooks";
import { may } from "../api/session";
import { useData } from "../api/useData";
import type { DeliveryList, EventDetail } from "../api/types";
import { DeliveryTable } from "../deliveries/DeliveryTable";
import { BodyCard } from "../events/BodyCard";
import { Conflicts } from "../events/Conflicts";
import { copyCurl, whyNoCurl } from "../events/copyCurl";
import { EventFacts, HeadersCard, OthersCard, VerificationCard } from "../events/EventFacts";
import { Button, ButtonLink } from "../parts/Button";
import { Copy, copyText } from "../parts/Copy";
import { Card, Page } from "../parts/Page";
import { Empty, Fault, Loaded, Skeleton } from "../parts/States";
import { ReplayDialog } from "../replays/ReplayDialog";
import { query, to } from "../router";
import { useShortcuts } from "../shortcuts";

/** One event. Of several with one id the address can name another than the first by its number. */
export function EventPage({ id }: { id: string }) {
  const wanted = Number(query.value.get("sequence") ?? 0);
  const first = useData<EventDetail>(`/events/${encodeURIComponent(id)}`, { include: "payload" });
  const isOther = first.value !== null && wanted > 0 && wanted !== first.value.sequence;
  const all = useData<{ events: EventDetail[] }>(isOther ? "/events" : null, { event_id: id, include: "payload" });
  const other = all.value?.events.find((e) => e.sequence === wanted) ?? null;
  const event = isOther ? other : first.value;
  const back = { href: to("/events"), text: "Events" };

  if (first.fault?.status === 404)
    return (
      <Page title="Event not found" back={back}>
        <Empty icon="search" title="No event carries this id"><code class="breaks">{id}</code></Empty>
      </Page>
    );
  const fault = first.fault ?? all.fault;
  return (
    <Page
      title={event?.event_type ?? "Event"} back={back}
      note={<span class="id-line"><code>{id}</code><Copy text={id} what="event id" /></span>}
      actions={event && <Actions event={event} />}
    >
      {fault && <Fault fault={fault} onRetry={first.reload} />}
      {!event && !fault && <Card><Skeleton rows={10} /></Card>}
      {event && first.value && <Content event={event} first={first.value} />}
    </Page>
  );
}

function Actions({ event }: { event: EventDetail }) {
  const [isReplaying, setIsReplaying] = useState(false);
  const why = whyNoCurl();
  useShortcuts([
    { keys: "c", what: "Copy the event as a curl command", act: () => void copyCurl(event) },
    ...(may("replay") ? [{ keys: "r", what: "Replay the event", act: () => setIsReplaying(true) }] : []),
  ], [event.sequence]);
  return (
    <>
      <Button icon="link" onClick={() => void copyText(location.href, "Link")}>Copy link</Button>
      <Button icon="terminal" disabled={why !== undefined} title={why ?? "The signed request as a command. Key: c"}
        onClick={() => void copyCurl(event)}>Copy as curl</Button>
      {may("replay") && (
        <Button kind="primary" icon="rotate" title="Key: r" onClick={() => setIsReplaying(true)}>Replay</Button>
      )}
      <ReplayDialog values={isReplaying ? { event_id: event.event_id } : null} onClose={() => setIsReplaying(false)} />
    </>
  );
}

function Content({ event, first }: { event: EventDetail; first: EventDetail }) {
  const others = [first, ...(first.others_with_this_id ?? [])].filter((e) => e.sequence !== event.sequence);
  return (
    <div class="with-side">
      <div class="stack">
        <Conflicts event={event} />
        <BodyCard event={event} />
        <Deliveries event={event} isFirst={event.sequence === first.sequence} />
      </div>
      <div class="stack">
        <EventFacts event={event} />
        <VerificationCard event={event} />
        {others.length > 0 && <OthersCard events={others} />}
        <HeadersCard headers={event.headers ?? {}} />
      </div>
    </div>
  );
}

function Deliveries({ event, isFirst }: { event: EventDetail; isFirst: boolean }) {
  const data = useData<DeliveryList>(isFirst ? "/deliveries" : null, { event_id: event.event_id, limit: 100 }, 5);
  return (
    <Card title="Deliveries" isFlush
      actions={<ButtonLink kind="quiet" href={to("/destinations")}>Destinations</ButtonLink>}>
      {!isFirst && <Empty title="Deliveries are shown only of the first event with an id" />}
      {isFirst && (
        <Loaded value={data.value} fault={data.fault} onRetry={data.reload} rows={2}>
          {({ deliveries }) => deliveries.length === 0
            ? <Empty icon="send" title="It was not handed on">No destination wants it, or it waits for its turn.</Empty>
            : (
              <DeliveryTable deliveries={deliveries} without="event" openFirst={deliveries.length <= 3}
                onChange={data.reload} />
            )}
        </Loaded>
      )}
    </Card>
  );
}

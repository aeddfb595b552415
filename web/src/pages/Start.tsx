import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { session } from "../api/session";
import type { EventRow, SourceAnswer } from "../api/types";
import { isAnswered, useData } from "../api/useData";
import { follow } from "../events/follow";
import { Icon } from "../parts/Icon";
import { Card, Page } from "../parts/Page";
import { Empty, Loaded, Skeleton } from "../parts/States";
import { Arrived } from "../start/Arrived";
import { SendMock } from "../start/SendMock";
import { to } from "../router";
import { isLocal } from "../start/providers";
import { WebhookAddress } from "../start/WebhookAddress";

const shownAtMost = 8;

/**
 * How to begin: the address for the provider, a first event that is made up, and the events as they come. In the place
 * of the overview it is left by `onLeave`, since the address stays.
 */
export function Start({ onLeave }: { onLeave?: () => void }) {
  const sources = useData<SourceAnswer[]>("/sources");
  const [events, setEvents] = useState<EventRow[]>([]);
  const [isLive, setIsLive] = useState(false);
  useEffect(() => follow({}, "now", {
    items: (items) => {
      const come = items.flatMap((item) => item.kind === "event" ? [item.event] : []).reverse();
      setEvents((old) => [...come, ...old].slice(0, shownAtMost));
    },
    connection: (state) => setIsLive(state === "live"),
  }), []);
  return (
    <Page title="Receive a first event" note="Three steps, and a payment's webhook is here.">
      {!isAnswered(sources) && <Skeleton rows={8} />}
      <div class="start-steps" hidden={!isAnswered(sources)}>
        <Step number={1} title="Give the provider this address" isDone={events.length > 0}>
          {isLocal(location.hostname) && <LocalWarning />}
          <Loaded value={sources.value} fault={sources.fault} onRetry={sources.reload} rows={4}>
            {(list) => list.length === 0
              ? (
                <Empty title="No source is set up">
                  Set the secret of a provider, such as WEBHOOK_SECRET, and start the listener again.
                </Empty>
              )
              : <ul class="addresses">{list.map((s) => <WebhookAddress key={s.name} source={s} />)}</ul>}
          </Loaded>
        </Step>
        <Step number={2} title="Send a first event" isDone={events.length > 0}>
          {sources.value && <SendMock sources={sources.value} />}
        </Step>
        <Step number={3} title="See it come" isDone={events.length > 0}>
          <Arrived events={events} isLive={isLive} onLeave={onLeave} />
        </Step>
      </div>
      {session.value?.needs_password && <NeedsPassword />}
    </Page>
  );
}

function Step({ number, title, isDone, children }: {
  number: number; title: string; isDone: boolean; children: ComponentChildren;
}) {
  return (
    <section class={isDone ? "step is-done" : "step"} aria-label={`Step ${number}: ${title}`}>
      <span class="step-number" aria-hidden="true">{isDone ? <Icon name="check" /> : number}</span>
      <Card title={title}>{children}</Card>
    </section>
  );
}

function LocalWarning() {
  return (
    <div class="notice warn">
      <Icon name="info" />
      <p>
        You see this page at {location.host}, which only this machine reaches. A provider needs a public address: a
        server with a name, or a tunnel to this port. Mock events work without.
      </p>
    </div>
  );
}

function NeedsPassword() {
  return (
    <div class="notice accent">
      <Icon name="shield" />
      <p>No admin password is set yet. <a href={to("/settings/keys")}>Choose one</a>, so that you can sign in again.</p>
    </div>
  );
}

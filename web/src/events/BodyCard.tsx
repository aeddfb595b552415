import { useMemo, useState } from "preact/hooks";
import type { EventDetail } from "../api/types";
import { bytes } from "../format";
import { Button } from "../parts/Button";
import { Copy } from "../parts/Copy";
import { Icon } from "../parts/Icon";
import { Card } from "../parts/Page";
import { Empty } from "../parts/States";
import { byteCount, nodeOf } from "./body";
import { pretty } from "./json";
import { JsonTree } from "./JsonTree";

/** The body of an event: to look into, and as it was received. */
export function BodyCard({ event }: { event: EventDetail }) {
  const root = useMemo(() => nodeOf(event), [event.sequence, event.body]);
  const [isRaw, setIsRaw] = useState(false);
  const size = byteCount(event);
  const raw = event.body ?? event.body_base64 ?? null;
  const showsRaw = isRaw || root === null;
  const copied = showsRaw ? raw : root && (raw ?? pretty(root));
  return (
    <Card title="Body" actions={
      <>
        {size !== null && <span class="quiet figures">{bytes(size)}</span>}
        <div class="segments" role="group" aria-label="How the body is shown">
          <Button kind="quiet" aria-pressed={!showsRaw} disabled={root === null}
            title={root === null ? "It is not JSON" : undefined} onClick={() => setIsRaw(false)}>Pretty</Button>
          <Button kind="quiet" aria-pressed={showsRaw} disabled={raw === null}
            title={raw === null ? "The bytes as received hold personal data" : undefined}
            onClick={() => setIsRaw(true)}>Raw</Button>
        </div>
        {copied && <Copy text={copied} what="body" />}
      </>
    }>
      {event.masked && <Masked />}
      {showsRaw ? <Raw event={event} /> : <JsonTree key={event.sequence} root={root} />}
    </Card>
  );
}

function Masked() {
  return (
    <p class="note">
      <Icon name="info" />
      <span>
        Personal data is shown as ***, since your access does not include it (scope pii). The event is stored as it
        came.
      </span>
    </p>
  );
}

function Raw({ event }: { event: EventDetail }) {
  if (event.body) return <pre class="raw" tabIndex={0} role="region" aria-label="Body as received">{event.body}</pre>;
  if (event.body_base64)
    return (
      <div class="stack">
        <p class="quiet">These bytes are not UTF-8. In Base64:</p>
        <pre class="raw is-wrapped" tabIndex={0} role="region" aria-label="Body in Base64">{event.body_base64}</pre>
      </div>
    );
  return <Empty title={event.body === "" ? "The body is empty" : "The body cannot be shown without personal data"} />;
}

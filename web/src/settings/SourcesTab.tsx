import type { SourceAnswer } from "../api/types";
import { useData } from "../api/useData";
import { bytes, plural } from "../format";
import { State } from "../parts/Chip";
import { Copyable } from "../parts/Copy";
import { Icon } from "../parts/Icon";
import { Card, Facts } from "../parts/Page";
import { Empty, Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { to } from "../router";

/** The sources as they are configured. Secrets are only counted. */
export function SourcesTab() {
  const { value, fault, reload } = useData<SourceAnswer[]>("/sources");
  return (
    <div class="stack">
      <p class="quiet">
        Sources are set up in the listener's settings or in payhook.json, and read at its start. To try one, go
        to <a href={to("/start")}>Receive a first event</a>.
      </p>
      <Loaded value={value} fault={fault} onRetry={reload} rows={8}>
        {(list) => list.length === 0
          ? (
            <Card>
              <Empty title="No source is set up">
                Set the secret of a provider, such as WEBHOOK_SECRET, and start the listener again.
              </Empty>
            </Card>
          )
          : <div class="columns is-even">{list.map((source) => <Source key={source.name} source={source} />)}</div>}
      </Loaded>
    </div>
  );
}

function Source({ source: s }: { source: SourceAnswer }) {
  return (
    <Card title={s.name === s.provider ? s.provider_name : `${s.name} (${s.provider_name})`}
      actions={<State state={s.state} />}>
      <div class="stack">
        <Copyable text={location.origin + s.address} what="Address" />
        {s.uses_default_secret && (
          <div class="notice warn">
            <Icon name="alert" />
            <p>
              It uses the public default secret, with which anybody can sign events. Set <code>WEBHOOK_SECRET</code>.
            </p>
          </div>
        )}
        <Facts rows={[
          s.common_address && ["Also at", <code>/webhook/payments</code>],
          ["Secrets", s.retired_secret_count === 0 ? plural(s.secret_count, "secret")
            : `${plural(s.secret_count, "secret")}, and ${s.retired_secret_count} retired`],
          ["Set up in", s.origin === "environment" ? "environment variables" : s.origin],
          s.parameter !== null && ["Also signed", s.parameter],
          ["Clock tolerance", s.tolerance_seconds === null ? "none" : `${s.tolerance_seconds} s`],
          ["Environment", s.sandbox ? "Sandbox" : "Production"],
          ["Takes requests from", s.allowed_ips.length === 0 ? "any address" : s.allowed_ips.join(", ")],
          s.body_limit_bytes !== null && ["Largest body", bytes(s.body_limit_bytes)],
          s.by_body && ["Signature", "stands in the body"],
          ["Last event", s.last_event_at === null ? "none yet" : <Time at={s.last_event_at} kind="full" />],
          ["In 24 hours", `${plural(s.count_24h, "event")}, ${plural(s.rejected_24h, "rejection")}`],
        ]} />
      </div>
    </Card>
  );
}

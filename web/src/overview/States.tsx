import type { Destination, SourceAnswer } from "../api/types";
import type { Data } from "../api/useData";
import { count, percent, plural, shortCount } from "../format";
import { State } from "../parts/Chip";
import { Card } from "../parts/Page";
import { Empty, Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { to, toDestination } from "../router";

export function SourceStates({ sources }: { sources: Data<SourceAnswer[]> }) {
  return (
    <Card title="Sources" isFlush actions={<a href={to("/settings/sources")}>Settings</a>}>
      <Loaded value={sources.value} fault={sources.fault} onRetry={sources.reload} rows={3}>
        {(list) => <SourceTable list={list} />}
      </Loaded>
    </Card>
  );
}

function SourceTable({ list }: { list: SourceAnswer[] }) {
  if (list.length === 0) {
    return (
      <Empty icon="info" title="No source is set up">
        Set the secret of a provider, and start the listener again.
      </Empty>
    );
  }
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Sources">
      <table>
        <thead>
          <tr>
            <th scope="col">Source</th><th scope="col">State</th><th scope="col" class="figure">Last hour</th>
            <th scope="col" class="figure hide-narrow">Refused, 24 h</th>
            <th scope="col" class="hide-narrow">Last event</th>
          </tr>
        </thead>
        <tbody>
          {list.map((s) => (
            <tr key={s.name}>
              <th scope="row"><a class="plain-link" href={to("/events", { source: s.name })}>{s.name}</a></th>
              <td><State state={s.state} /></td>
              <td class="figure">
                {shortCount(s.count_1h)}
                {s.usual_1h !== null && <span class="quiet"> / usually {shortCount(Math.round(s.usual_1h))}</span>}
              </td>
              <td class="figure hide-narrow">
                {s.rejected_24h === 0 ? "0" : (
                  <a href={to("/rejections", { source: s.name })}
                    aria-label={`${plural(s.rejected_24h, "rejection")} of ${s.name}`}>
                    {count(s.rejected_24h)} ({percent(s.rejected_share_24h)})
                  </a>
                )}
              </td>
              <td class="hide-narrow nowrap"><Time at={s.last_event_at} kind="ago" /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function DestinationStates({ destinations: { value, fault, reload } }: { destinations: Data<Destination[]> }) {
  return (
    <Card title="Destinations" isFlush actions={<a href={to("/destinations")}>All</a>}>
      <Loaded value={value} fault={fault} onRetry={reload} rows={3}>
        {(list) => list.length === 0
          ? (
            <Empty icon="send" title="No destination yet">
              Events are kept here. <a href={to("/destinations")}>Add a destination</a> to hand them on to your
              application.
            </Empty>
          )
          : <DestinationTable list={list} />}
      </Loaded>
    </Card>
  );
}

function DestinationTable({ list }: { list: Destination[] }) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Destinations">
      <table>
        <thead>
          <tr>
            <th scope="col">Destination</th><th scope="col">State</th><th scope="col" class="figure">Taken, 24 h</th>
            <th scope="col" class="figure hide-narrow">Waiting</th>
            <th scope="col" class="figure hide-narrow">Given up</th>
          </tr>
        </thead>
        <tbody>
          {list.map((d) => (
            <tr key={d.name}>
              <th scope="row"><a class="plain-link" href={toDestination(d.name)}>{d.name}</a></th>
              <td>
                <span class="row">
                  <State state={d.state} />
                  {d.breaker && d.breaker !== "closed" && (
                    <span class="quiet">breaker {d.breaker.replace("_", " ")}</span>
                  )}
                </span>
              </td>
              <td class="figure">{d.attempts_24h === 0 ? "–" : percent(d.success_share_24h)}</td>
              <td class="figure hide-narrow">{shortCount((d.backlog ?? 0) + d.pending)}</td>
              <td class="figure hide-narrow">
                {d.dead === 0 ? "0" : (
                  <a href={to("/deliveries", { destination: d.name, state: "dead" })}
                    aria-label={`${count(d.dead)} given up of ${d.name}`}>{count(d.dead)}</a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

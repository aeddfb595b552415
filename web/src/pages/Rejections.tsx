import type { Rejection, RejectionList } from "../api/types";
import { isAnswered, useData, usePages } from "../api/useData";
import { bytes, words } from "../format";
import { Button } from "../parts/Button";
import { Chip } from "../parts/Chip";
import { More } from "../parts/More";
import { Card, Page } from "../parts/Page";
import { Empty, Fault, Loaded, Skeleton } from "../parts/States";
import { Time } from "../parts/Time";
import { openRow, useRowKeys } from "../parts/useRowKeys";
import { Groups } from "../rejections/Groups";
import { reasonName } from "../rejections/reasons";
import { query, setQuery, to } from "../router";

export function Rejections() {
  const groups = useData<RejectionList>("/rejections", { limit: 1 }, 10);
  const isNone = groups.value?.counts.length === 0;
  return (
    <Page title="Rejections" note="Requests that were refused, why, and how to mend it.">
      {isNone
        ? (
          <Card>
            <Empty icon="check" title="Nothing was refused">
              Every request had a right signature, and a body that could be read.
            </Empty>
          </Card>
        )
        : (
          <>
            {!isAnswered(groups) && <Card><Skeleton rows={10} /></Card>}
            <div class="stack" hidden={!isAnswered(groups)}>
              <Card title="Why" isFlush>
                <Loaded value={groups.value} fault={groups.fault} onRetry={groups.reload}>
                  {(list) => <Groups counts={list.counts} />}
                </Loaded>
              </Card>
              <Latest />
            </div>
          </>
        )}
    </Page>
  );
}

const names = ["source", "reason", "cause"] as const;

function Latest() {
  const values = Object.fromEntries(names.map((name) => [name, query.value.get(name)]));
  const pages = usePages<RejectionList, Rejection>("/rejections", values,
    (answer) => ({ items: answer.rejections, next: answer.next }), "before");
  const root = useRowKeys<HTMLDivElement>();
  const chosen = names.map((name) => values[name]).filter(Boolean);
  return (
    <Card title={chosen.length > 0 ? `The latest of ${chosen.join(", ")}` : "The latest"} isFlush actions={
      chosen.length > 0 && (
        <Button kind="quiet" icon="x" onClick={() => setQuery({ source: null, reason: null, cause: null })}>
          Show all
        </Button>
      )}>
      {pages.fault && pages.items.length === 0 && <Fault fault={pages.fault} onRetry={pages.reload} />}
      <div ref={root} class={pages.isLoading ? "is-loading" : undefined}>
        {pages.items.length > 0 && <Table items={pages.items} />}
        {pages.items.length === 0 && pages.isLoading && <div class="list-padded"><Skeleton rows={6} /></div>}
        {pages.items.length === 0 && !pages.isLoading && !pages.fault && (
          <Empty icon="shield" title="None of them is kept any more">
            They are counted above. How many are kept is set by REJECTIONS_KEPT_PER_REASON.
          </Empty>
        )}
        <More pages={pages} noun="rejections" />
      </div>
    </Card>
  );
}

function Table({ items }: { items: Rejection[] }) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Latest rejections">
      <table>
        <thead>
          <tr>
            <th scope="col">Received</th><th scope="col" class="hide-narrow">Source</th><th scope="col">Reason</th>
            <th scope="col" class="hide-narrow">Probable cause</th><th scope="col" class="figure hide-medium">Body</th>
            <th scope="col" class="hide-medium">Became an event</th>
          </tr>
        </thead>
        <tbody>
          {items.map((r) => (
            <tr key={r.sequence} class="leads" onClick={openRow}>
              <td class="nowrap">
                <a class="row-link" href={to(`/rejections/${r.sequence}`)}><Time at={r.received_at} /></a>
              </td>
              <td class="hide-narrow">{r.source}</td>
              <td>{reasonName(r.reason)}</td>
              <td class="hide-narrow">{r.cause === null ? <span class="quiet">–</span> : words(r.cause)}</td>
              <td class="figure hide-medium">{bytes(r.body_bytes)}</td>
              <td class="hide-medium">
                {r.promoted_at === null ? <span class="quiet">No</span> : <Chip tone="good">Yes</Chip>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

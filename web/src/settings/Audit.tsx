import { useEffect } from "preact/hooks";
import type { AuditEntry } from "../api/types";
import { usePages } from "../api/useData";
import { words } from "../format";
import { More } from "../parts/More";
import { Card } from "../parts/Page";
import { Empty, Fault, Skeleton } from "../parts/States";
import { Time } from "../parts/Time";

/** Who did what. Entries are only added: after each change on this page there are more. */
export function Audit({ changes }: { changes: number }) {
  const pages = usePages<{ entries: AuditEntry[]; next: number | null }, AuditEntry>("/audit", { limit: 25 },
    (answer) => ({ items: answer.entries, next: answer.next }), "before");
  useEffect(() => { if (changes > 0) pages.reload(); }, [changes]);
  return (
    <Card title="Audit log" isFlush>
      {pages.fault && pages.items.length === 0 && <Fault fault={pages.fault} onRetry={pages.reload} />}
      {pages.items.length > 0 && <Table items={pages.items} />}
      {pages.items.length === 0 && pages.isLoading && <div class="list-padded"><Skeleton rows={5} /></div>}
      {pages.items.length === 0 && !pages.isLoading && !pages.fault &&
        <Empty icon="clock" title="Nothing was administered yet">
          Keys that are made, destinations that are changed and the like stand here.
        </Empty>}
      <More pages={pages} noun="entries" />
    </Card>
  );
}

function Table({ items }: { items: AuditEntry[] }) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="Audit log">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th><th scope="col">What</th><th scope="col" class="hide-narrow">Who</th>
            <th scope="col">To what</th><th scope="col" class="hide-medium">More</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => (
            <tr key={entry.sequence}>
              <td class="nowrap"><Time at={entry.at} /></td>
              <td>{words(entry.act)}</td>
              <td class="cut mono hide-narrow">{entry.actor}</td>
              <td class="mono wraps">{entry.target}</td>
              <td class="wraps hide-medium">{entry.detail || <span class="quiet">–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

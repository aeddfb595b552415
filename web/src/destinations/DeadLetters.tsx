import { useState } from "preact/hooks";
import { post } from "../api/client";
import { may } from "../api/session";
import type { Destination } from "../api/types";
import { failureWords } from "../deliveries/words";
import { count, plural } from "../format";
import { Button } from "../parts/Button";
import { Card } from "../parts/Page";
import { Empty } from "../parts/States";
import { tell, tellFault } from "../parts/Toasts";
import { to } from "../router";

/** Deliveries that were given up, by why: what has one cause is mended and retried at once. */
export function DeadLetters({ destination: d, onChange }: { destination: Destination; onChange: () => void }) {
  // A count that is newer than its parts is shown as one.
  const known = Object.entries(d.dead_by_failure ?? {}).sort(([, a], [, b]) => b - a);
  const groups: [failure: string | null, number: number][] =
    known.length > 0 || d.dead === 0 ? known : [[null, d.dead]];
  const [busy, setBusy] = useState<string | null>(null);
  const retry = async (failure: string | null) => {
    setBusy(failure ?? "all");
    try {
      const { retried } = await post<{ retried: number }>(
        `/destinations/${encodeURIComponent(d.name)}/retry-dead`, undefined, { failure });
      tell(`${plural(retried, "delivery is", "deliveries are")} tried again`);
      onChange();
    } catch (e) {
      tellFault(e);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Card title="Dead letters" isFlush actions={d.dead > 0 && may("replay") && groups.length !== 1
      && <Button icon="refresh" isBusy={busy === "all"} onClick={() => void retry(null)}>Retry all</Button>}>
      {d.dead === 0 && <Empty icon="check" title="None was given up" />}
      {groups.length > 0 && (
        <table>
          <thead><tr>
            <th scope="col">Last failure</th><th scope="col" class="figure">Dead</th>
            <th scope="col"><span class="visually-hidden">Act</span></th>
          </tr></thead>
          <tbody>
            {groups.map(([failure, number]) => (
              <tr key={failure ?? ""}>
                <td>
                  <a href={to("/deliveries", { destination: d.name, state: "dead", failure })}>
                    {failure === null ? "Any" : failureWords(failure)}
                  </a>
                </td>
                <td class="figure">{count(number)}</td>
                <td class="act">
                  {may("replay") && (
                    <Button icon="refresh" isBusy={busy === (failure ?? "all")} onClick={() => void retry(failure)}>
                      Retry all of these
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

import { useEffect, useState } from "preact/hooks";
import { post } from "../api/client";
import { may } from "../api/session";
import { useData } from "../api/useData";
import type { Replay } from "../api/types";
import { count, percent, plural } from "../format";
import { Button } from "../parts/Button";
import { State } from "../parts/Chip";
import { Fault } from "../parts/States";
import { tellFault } from "../parts/Toasts";

/** One replay as it goes on, asked for every second until it has ended. */
export function ReplayProgress({ id, name, initial }: { id: number; name: string; initial?: Replay }) {
  const [hasEnded, setHasEnded] = useState(initial !== undefined && initial.state !== "running");
  const replay = useData<Replay>(`/replays/${id}`, {}, hasEnded ? 0 : 1);
  const value = replay.value ?? initial ?? null;
  useEffect(() => { if (value && value.state !== "running") setHasEnded(true); }, [value?.state]);
  const cancel = async () => {
    try {
      replay.set(await post<Replay>(`/replays/${id}/cancel`));
    } catch (e) {
      tellFault(e);
    }
  };
  if (replay.fault && !value) return <Fault fault={replay.fault} onRetry={replay.reload} />;
  return (
    <div class="progress">
      <ProgressHead replay={value} name={name} onCancel={() => void cancel()} />
      <progress max={1} value={value?.state === "done" ? 1 : value?.done ?? 0} aria-label={`Replay ${id} to ${name}`} />
      <p class="hint">{value ? told(value) : "Starting…"}</p>
    </div>
  );
}

function ProgressHead({ replay, name, onCancel }: { replay: Replay | null; name: string; onCancel: () => void }) {
  return (
    <div class="progress-head">
      <span><strong>{name}</strong>{replay && <> <State state={replay.state} /></>}</span>
      {replay?.state === "running" && may("replay")
        && <Button kind="quiet" icon="x" onClick={onCancel}>Cancel</Button>}
    </div>
  );
}

/** How far it is, in numbers. */
export function told(replay: Replay): string {
  const passed = replay.passed_count ?? (replay.state === "done" ? replay.event_count : 0);
  const share = replay.event_count === 0 ? null : passed / replay.event_count;
  return `${count(passed)} of ${plural(replay.event_count, "event")} (${percent(share, 0)}), `
    + `${plural(replay.planned_count, "delivery", "deliveries")} made`;
}

import { useState } from "preact/hooks";
import type { Values } from "../api/client";
import type { ReplayPlan } from "../api/types";
import { plural } from "../format";
import { Button } from "../parts/Button";
import { Fault } from "../parts/States";
import { tellFault } from "../parts/Toasts";
import { planOf, usePlan } from "./plan";
import { ReplayProgress } from "./ReplayProgress";

/** First says what would be sent, then sends it and shows how far it is. `values` of null: nothing is chosen yet. */
export function PlanAndStart({ values, missing, onStart, onClose }:
  { values: Values | null; missing: string; onStart: () => void; onClose: () => void }) {
  const { plan, fault } = usePlan(values);
  const [started, setStarted] = useState<ReplayPlan | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const start = async () => {
    setIsBusy(true);
    try {
      setStarted(await planOf(values!, false));
      onStart();
    } catch (e) {
      tellFault(e);
    } finally {
      setIsBusy(false);
    }
  };
  if (started) return <Started plan={started} onClose={onClose} />;
  const isNothing = plan?.event_count === 0;
  return (
    <>
      {fault && <Fault fault={fault} />}
      <div class="plan" role="status">
        {!fault && (values === null ? missing : plan === null ? "Counting…" : <Planned plan={plan} />)}
      </div>
      <footer class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" icon="rotate" disabled={!plan || isNothing} isBusy={isBusy} onClick={() => void start()}>
          {plan && !isNothing ? `Replay ${plural(plan.event_count, "event")}` : "Replay"}
        </Button>
      </footer>
    </>
  );
}

function Planned({ plan }: { plan: ReplayPlan }) {
  return (
    <>
      <p><strong>{plural(plan.event_count, "event")}</strong> to {plan.destinations.map((d) => d.name).join(", ")}.
        {" "}A destination’s own filter still holds.</p>
      {plan.destinations.filter((d) => d.note).map((d) => <p key={d.name} class="quiet">{d.name}: {d.note}</p>)}
    </>
  );
}

function Started({ plan, onClose }: { plan: ReplayPlan; onClose: () => void }) {
  return (
    <>
      <div class="stack">
        {plan.destinations.map((d) => (
          <div key={d.name}>
            {d.replay !== undefined && <ReplayProgress id={d.replay} name={d.name} />}
            {d.note && <p class="hint">{d.note}</p>}
          </div>
        ))}
      </div>
      <footer class="dialog-actions"><Button kind="primary" onClick={onClose}>Close</Button></footer>
    </>
  );
}

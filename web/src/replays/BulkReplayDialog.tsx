import { useState } from "preact/hooks";
import type { Values } from "../api/client";
import { useData } from "../api/useData";
import type { SourceAnswer } from "../api/types";
import { TimeRange } from "../events/TimeRange";
import { Dialog } from "../parts/Dialog";
import { Check, Field, Select } from "../parts/Field";
import { PlanAndStart } from "./PlanAndStart";

/** Sends stored events once more to one destination: which, how fast, how many that would be, and how far it is. */
export function BulkReplayDialog({ to, isOpen, onClose }: { to: string; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title={`Replay events to ${to}`} isOpen={isOpen} onClose={onClose}>
      <Choice to={to} onClose={onClose} />
    </Dialog>
  );
}

interface Chosen {
  type: string;
  source: string;
  payment_id: string;
  received_from: string | null;
  received_to: string | null;
}

const nothing: Chosen = { type: "", source: "", payment_id: "", received_from: null, received_to: null };

/** A slip must not send all again, so everything has to be said. */
function valuesOf(chosen: Chosen, isEverything: boolean, rate: string, to: string): Values | null {
  const common = { to, rate_limit_per_second: rate };
  if (isEverything) return { ...common, everything: true };
  return Object.values(chosen).some((value) => value) ? { ...common, ...chosen } : null;
}

function Choice({ to, onClose }: { to: string; onClose: () => void }) {
  const sources = useData<SourceAnswer[]>("/sources").value ?? [];
  const [chosen, setChosen] = useState(nothing);
  const [isEverything, setIsEverything] = useState(false);
  const [rate, setRate] = useState("");
  const [isStarted, setIsStarted] = useState(false);
  const set = (changes: Partial<Chosen>) => setChosen((old) => ({ ...old, ...changes }));
  return (
    <>
      <div class="stack" hidden={isStarted}>
        <fieldset class="stack" disabled={isEverything}>
          <legend>Which events</legend>
          <Field
            label="Type"
            value={chosen.type}
            onInput={(type) => set({ type: type.trim() })}
            isMono
            placeholder="payment.*"
          />
          <Select
            label="Source"
            value={chosen.source}
            onChange={(source) => set({ source })}
            options={[["", "All"], ...sources.map((s): [string, string] => [s.name, s.name])]}
          />
          <Field label="Payment id" value={chosen.payment_id} onInput={(id) => set({ payment_id: id.trim() })} isMono />
          <TimeRange from={chosen.received_from ?? undefined} until={chosen.received_to ?? undefined} onChange={set} />
        </fieldset>
        <Check label="Everything that is stored" checked={isEverything} onChange={setIsEverything} />
        <Field label="At most a second" type="number" min={1} max={100_000} value={rate} onInput={setRate}
          placeholder="as many as it takes" hint="Beside what comes in. The destination’s own limit still holds." />
      </div>
      <PlanAndStart values={valuesOf(chosen, isEverything, rate, to)} missing="Choose which events, or everything."
        onStart={() => setIsStarted(true)} onClose={onClose} />
    </>
  );
}

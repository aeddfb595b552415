import { useState } from "preact/hooks";
import type { Values } from "../api/client";
import { useData } from "../api/useData";
import type { Destination } from "../api/types";
import { State } from "../parts/Chip";
import { Dialog } from "../parts/Dialog";
import { Check } from "../parts/Field";
import { Empty, Loaded } from "../parts/States";
import { to } from "../router";
import { PlanAndStart } from "./PlanAndStart";

/** Sends the events that match once more, to destinations to choose. Null for values: it is closed. */
export function ReplayDialog({ values, onClose }: { values: Values | null; onClose: () => void }) {
  return (
    <Dialog title="Replay the event" isOpen={values !== null} onClose={onClose}>
      {values && <Choice values={values} onClose={onClose} />}
    </Dialog>
  );
}

function Choice({ values, onClose }: { values: Values; onClose: () => void }) {
  const destinations = useData<Destination[]>("/destinations");
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [isStarted, setIsStarted] = useState(false);
  return (
    <Loaded value={destinations.value} fault={destinations.fault} onRetry={destinations.reload} rows={3}>
      {(all) => {
        if (all.length === 0)
          return (
            <Empty icon="send" title="There is no destination">
              <a href={to("/destinations")}>Add one</a> to send events to
            </Empty>
          );
        const names = chosen ?? (all.length === 1 ? [all[0]!.name] : []);
        const toggle = (name: string, isOn: boolean) =>
          setChosen(isOn ? [...names, name] : names.filter((n) => n !== name));
        return (
          <>
            <fieldset class="choices" hidden={isStarted}>
              <legend>Send it again to</legend>
              {all.map((d) => (
                <div key={d.name} class="choice">
                  <Check label={d.name} checked={names.includes(d.name)} onChange={(isOn) => toggle(d.name, isOn)} />
                  {d.state !== "active" && <State state={d.state} />}
                </div>
              ))}
            </fieldset>
            <PlanAndStart
              values={names.length === 0 ? null : { ...values, to: names.join(",") }}
              missing="Choose at least one destination." onStart={() => setIsStarted(true)} onClose={onClose}
            />
          </>
        );
      }}
    </Loaded>
  );
}

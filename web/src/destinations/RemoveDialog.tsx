import { useState } from "preact/hooks";
import { post, remove } from "../api/client";
import type { Destination } from "../api/types";
import { plural } from "../format";
import { Button } from "../parts/Button";
import { Confirm, Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { tell, tellFault } from "../parts/Toasts";
import { go, to } from "../router";

const pathOf = (d: Destination) => `/destinations/${encodeURIComponent(d.name)}`;

/** The name has to be typed, since what is owed is lost with it. */
export function RemoveDialog({
  destination,
  isOpen,
  onClose,
}: {
  destination: Destination;
  isOpen: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog title={`Remove ${destination.name}`} isOpen={isOpen} onClose={onClose}>
      <Removal destination={destination} onClose={onClose} />
    </Dialog>
  );
}

function Removal({ destination: d, onClose }: { destination: Destination; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (typed !== d.name) return;
    setIsBusy(true);
    try {
      await remove(pathOf(d));
      tell(`${d.name} was removed`);
      go(to("/destinations"));
    } catch (e) {
      tellFault(e);
      setIsBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <p>
        What it is still owed goes with it
        {d.pending + d.dead > 0
          && `: ${plural(d.pending, "pending delivery", "pending deliveries")}`
            + ` and ${plural(d.dead, "dead letter")}`}
        . The events themselves stay. This cannot be taken back.
      </p>
      <Field label={`Type ${d.name} to remove it`} value={typed} onInput={setTyped} isMono autocomplete="off" />
      <footer class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" type="submit" isBusy={isBusy} disabled={typed !== d.name}>Remove</Button>
      </footer>
    </form>
  );
}

export function DisableDialog({ destination: d, isOpen, onClose, onChanged }: {
  destination: Destination; isOpen: boolean; onClose: () => void; onChanged: (changed: Destination) => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const disable = async () => {
    setIsBusy(true);
    try {
      onChanged(await post<Destination>(`${pathOf(d)}/disable`));
      tell(`${d.name} is disabled`);
      onClose();
    } catch (e) {
      tellFault(e);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Confirm
      title={`Disable ${d.name}`}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => void disable()}
      action="Disable"
      isDanger
      isBusy={isBusy}
    >
      <p>
        Nothing is sent to it any more, as if it had answered 410 (gone). What it is owed waits, and Resume sends it.
      </p>
    </Confirm>
  );
}

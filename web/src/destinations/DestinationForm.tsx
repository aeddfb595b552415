import { useState } from "preact/hooks";
import { patch, post, type ApiError } from "../api/client";
import { asApiError } from "../api/useData";
import type { Destination, DestinationWithSecret } from "../api/types";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Fault } from "../parts/States";
import { tell } from "../parts/Toasts";
import { changesOf, creationOf, formOf, type Form } from "./form";
import { Beginning, Headers, HowSent, Part, WhereTo } from "./FormParts";
import { SecretOnce } from "./SecretOnce";
import { WhichEvents } from "./WhichEvents";

/** Adds a destination, and shows its secret the only time it is shown. */
export function AddDialog({ isOpen, onClose, onAdded }: { isOpen: boolean; onClose: () => void; onAdded: () => void }) {
  const [added, setAdded] = useState<DestinationWithSecret | null>(null);
  const close = () => { setAdded(null); onClose(); };
  const add = async (form: Form) => {
    const answer = await post<DestinationWithSecret>("/destinations", creationOf(form));
    onAdded();
    if (answer.secret) setAdded(answer);
    else { tell(`${answer.name} was added`); close(); }
  };
  return (
    <Dialog
      title={added ? `${added.name} was added` : "Add a destination"}
      isOpen={isOpen}
      onClose={close}
      isWide={!added}
    >
      {added ? (
        <SecretOnce secret={added.secret!} onClose={close} />
      ) : (
        <FormBody initial={formOf()} isNew onSave={add} onClose={close} />
      )}
    </Dialog>
  );
}

export function EditDialog({ destination, isOpen, onClose, onChanged }: {
  destination: Destination; isOpen: boolean; onClose: () => void; onChanged: (changed: Destination) => void;
}) {
  const before = formOf(destination);
  const save = async (form: Form) => {
    const changes = changesOf(before, form);
    if (Object.keys(changes).length > 0) {
      const tag = `"${destination.revision}"`;
      onChanged(await patch<Destination>(`/destinations/${encodeURIComponent(destination.name)}`, changes, tag));
      tell(`${destination.name} was changed`);
    }
    onClose();
  };
  return (
    <Dialog title={`Edit ${destination.name}`} isOpen={isOpen} onClose={onClose} isWide>
      <FormBody initial={before} onSave={save} onClose={onClose} />
    </Dialog>
  );
}

function FormBody({ initial, isNew = false, onSave, onClose }:
  { initial: Form; isNew?: boolean; onSave: (form: Form) => Promise<void>; onClose: () => void }) {
  const [form, setForm] = useState(initial);
  const [fault, setFault] = useState<ApiError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const set = (changes: Partial<Form>) => setForm((old) => ({ ...old, ...changes }));
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setIsBusy(true);
    setFault(null);
    try {
      await onSave(form);
    } catch (e) {
      setFault(asApiError(e));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <WhereTo form={form} set={set} isNew={isNew} />
      {isNew && <Beginning form={form} set={set} />}
      <Part title="Which events" isOpen={isNew}><WhichEvents form={form} set={set} /></Part>
      <Part title="How they are sent"><HowSent form={form} set={set} /></Part>
      <Part title={`Headers (${form.headers.length})`}><Headers form={form} set={set} /></Part>
      {fault && <Fault fault={fault} />}
      <footer class="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" isBusy={isBusy}>{isNew ? "Add" : "Save"}</Button>
      </footer>
    </form>
  );
}

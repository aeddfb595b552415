import { useState } from "preact/hooks";
import { post } from "../api/client";
import type { NewApiKey } from "../api/types";
import { Button } from "../parts/Button";
import { Copyable } from "../parts/Copy";
import { Dialog } from "../parts/Dialog";
import { Check, Field, Select } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { expiries, scopes } from "./scopes";

/** Makes a key, and shows it this once. */
export function NewKey({ isOpen, onClose, onMade }: { isOpen: boolean; onClose: () => void; onMade: () => void }) {
  const [made, setMade] = useState<NewApiKey | null>(null);
  const close = () => { setMade(null); onClose(); };
  return (
    <Dialog title={made ? "Copy the key now" : "New API key"} isOpen={isOpen} onClose={close}>
      {made
        ? (
          <div class="stack">
            <p>This is the only time that the key of <b>{made.name}</b> is shown. Only its hash is stored.</p>
            <Copyable text={made.key} what="Key" />
            <footer class="dialog-actions"><Button kind="primary" onClick={close}>Done</Button></footer>
          </div>
        )
        : <Form onCancel={close} onMade={(key) => { setMade(key); onMade(); }} />}
    </Dialog>
  );
}

function Form({ onCancel, onMade }: { onCancel: () => void; onMade: (key: NewApiKey) => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string[]>(["read"]);
  const [days, setDays] = useState("90");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const make = async () => {
    if (chosen.length === 0) { setFault("Choose at least one scope."); return; }
    setIsBusy(true);
    setFault(null);
    try {
      onMade(await post<NewApiKey>("/keys",
        { name: name.trim(), scopes: chosen, ...(days ? { expires_in_days: Number(days) } : {}) }));
    } catch (e) {
      setFault((e as Error).message);
      setIsBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); if (!isBusy) void make(); }}>
      <Field label="Name" autofocus value={name} onInput={setName} isRequired
        placeholder="What it is for, such as Grafana" />
      <fieldset class="scope-choices">
        <legend>It may</legend>
        {scopes.map(([scope, text]) => (
          <Check key={scope} label={scope} hint={text} checked={chosen.includes(scope)}
            onChange={(is) => setChosen(is ? [...chosen, scope] : chosen.filter((s) => s !== scope))} />
        ))}
      </fieldset>
      {chosen.includes("admin") && (
        <div class="notice warn">
          <Icon name="alert" /><p>Who has a key with admin can make keys with any scope.</p>
        </div>
      )}
      <Select label="It expires" value={days} options={expiries} onChange={setDays} />
      {fault && <div class="notice bad" role="alert"><Icon name="alert" /><p>{fault}</p></div>}
      <footer class="dialog-actions">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" kind="primary" isBusy={isBusy}>Make the key</Button>
      </footer>
    </form>
  );
}

import { useState } from "preact/hooks";
import { put } from "../api/client";
import { loadSession } from "../api/session";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { tell } from "../parts/Toasts";

const leastLength = 12;

/** Sets the admin password. The hidden name lets a password manager keep both together. */
export function PasswordForm({ action, onDone }: { action: string; onDone: () => void }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const set = async () => {
    if (password.length < leastLength) { setFault(`Use ${leastLength} characters or more.`); return; }
    if (password !== again) { setFault("The two are not the same."); return; }
    setIsBusy(true);
    setFault(null);
    try {
      await put("/session/password", { password });
      tell("The password is set");
      setPassword("");
      setAgain("");
      await loadSession();
      onDone();
    } catch (e) {
      setFault((e as Error).message);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); if (!isBusy) void set(); }}>
      <input type="text" name="username" value="admin" autocomplete="username" hidden readOnly />
      <Field label="New password" type="password" autocomplete="new-password" value={password} onInput={setPassword}
        isRequired hint={`${leastLength} characters or more; a few words are good.`} />
      <Field label="The same again" type="password" autocomplete="new-password" value={again} onInput={setAgain}
        isRequired fault={fault} />
      <div class="row"><Button type="submit" kind="primary" isBusy={isBusy}>{action}</Button></div>
    </form>
  );
}

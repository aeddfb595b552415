import { useState } from "preact/hooks";
import { remove } from "../api/client";
import { may, session } from "../api/session";
import type { ApiKey } from "../api/types";
import { useData } from "../api/useData";
import { Button } from "../parts/Button";
import { State } from "../parts/Chip";
import { Confirm } from "../parts/Dialog";
import { Card } from "../parts/Page";
import { Empty, Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { tell, tellFault } from "../parts/Toasts";
import { to } from "../router";
import { Audit } from "./Audit";
import { NewKey } from "./NewKey";
import { Password } from "./Password";

export function KeysTab() {
  const [changes, setChanges] = useState(0);
  if (!may("admin")) return <OnlyAdmins />;
  const changed = () => setChanges(changes + 1);
  return (
    <div class="stack">
      <Keys onChange={changed} />
      <Password onChange={changed} />
      <Audit changes={changes} />
    </div>
  );
}

function OnlyAdmins() {
  const isLocal = session.value?.by === "local";
  return (
    <Card>
      <Empty icon="shield" title="Only an admin sees the keys">
        {isLocal
          ? (
            <>
              This machine may read without a sign-in, and administer only by <code>payhook keys</code>, or
              once <a href={to("/sign-in")}>signed in</a> as an admin.
            </>
          )
          : <>Your sign-in has no scope admin. Sign in as an admin, or ask one.</>}
      </Empty>
    </Card>
  );
}

function Keys({ onChange }: { onChange: () => void }) {
  const { value, fault, reload } = useData<ApiKey[]>("/keys");
  const [isMaking, setIsMaking] = useState(false);
  const [revoked, askRevoke] = useState<ApiKey | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const changed = () => { reload(); onChange(); };
  const revoke = async () => {
    setIsBusy(true);
    try {
      await remove(`/keys/${revoked!.id}`);
      tell(`${revoked!.name} is revoked`);
      askRevoke(null);
      changed();
    } catch (e) {
      tellFault(e);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Card title="API keys" isFlush
      actions={<Button kind="primary" icon="plus" onClick={() => setIsMaking(true)}>New key</Button>}>
      <div class="padded-if-empty">
        <Loaded value={value} fault={fault} onRetry={reload} rows={3}>
          {(list) => list.length === 0
            ? (
              <Empty icon="shield" title="No keys yet">
                Programs that read events need one: each its own, with no more scopes than it uses.
              </Empty>
            )
            : <KeyTable list={list} onRevoke={askRevoke} />}
        </Loaded>
      </div>
      <NewKey isOpen={isMaking} onClose={() => setIsMaking(false)} onMade={changed} />
      <Confirm title={`Revoke ${revoked?.name ?? ""}?`} isOpen={revoked !== null} onClose={() => askRevoke(null)}
        onConfirm={() => void revoke()} action="Revoke" isDanger isBusy={isBusy}>
        <p>Whoever uses <code>{revoked?.prefix}…</code> is refused at once. It cannot be taken back.</p>
      </Confirm>
    </Card>
  );
}

function KeyTable({ list, onRevoke }: { list: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label="API keys">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th><th scope="col">State</th><th scope="col" class="hide-narrow">Scopes</th>
            <th scope="col" class="hide-medium">Key</th><th scope="col" class="hide-narrow">Last used</th>
            <th scope="col" class="hide-medium">
              Expires</th><th scope="col"><span class="visually-hidden">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((key) => (
            <tr key={key.id}>
              <th scope="row" class="wraps">{key.name}</th>
              <td><State state={key.state} /></td>
              <td class="hide-narrow">{key.scopes.join(", ")}</td>
              <td class="mono hide-medium">{key.prefix}…</td>
              <td class="nowrap hide-narrow">
                {key.last_used_at === null
                  ? <span class="quiet">never</span>
                  : <Time at={key.last_used_at} kind="ago" />}
              </td>
              <td class="nowrap hide-medium">
                {key.expires_at === null ? <span class="quiet">never</span> : <Time at={key.expires_at} />}
              </td>
              <td class="figure">
                {key.state === "valid" && (
                  <Button kind="quiet" icon="trash" label={`Revoke ${key.name}`} onClick={() => onRevoke(key)} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

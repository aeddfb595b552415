import type { About } from "../api/types";
import { useData } from "../api/useData";
import { bytes, count, words } from "../format";
import { Chip, State } from "../parts/Chip";
import { Icon } from "../parts/Icon";
import { Card, Facts } from "../parts/Page";
import { Empty, Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { useTyped } from "../parts/useTyped";
import { query, setQuery } from "../router";

export function AboutTab() {
  const { value, fault, reload } = useData<About>("/about", {}, 30);
  return (
    <Loaded value={value} fault={fault} onRetry={reload} rows={10}>
      {(about) => (
        <div class="stack">
          {about.warnings.map((warning) => (
            <div key={warning} class="notice warn"><Icon name="alert" /><p>{warning}</p></div>
          ))}
          <Listener about={about} />
          <Values settings={about.settings} />
        </div>
      )}
    </Loaded>
  );
}

const engines: Record<string, string> = { sqlite: "SQLite", postgres: "PostgreSQL" };

function Listener({ about: a }: { about: About }) {
  return (
    <Card title="This listener" actions={<State state={a.healthy ? "healthy" : "unhealthy"} />}>
      <Facts rows={[
        ["Version", a.version],
        ["Started", (
          <><Time at={a.started_at} kind="full" /> <span class="quiet">(<Time at={a.started_at} kind="ago" />)</span></>
        )],
        ["Store", (
          <>{engines[a.store.kind] ?? words(a.store.kind)} {a.store.engine_version}, <code>{a.store.name}</code></>
        )],
        ["Schema", `version ${a.store.schema_version}`],
        ["Size", a.store.size_bytes === null ? "unknown" : bytes(a.store.size_bytes)],
        ["Holds", `about ${count(a.events)} events of ${count(a.payments)} payments`],
      ]} />
    </Card>
  );
}

type Setting = About["settings"][number];

const isChanged = (s: Setting): boolean => s.value === null || s.value !== s.default;

function Values({ settings }: { settings: Setting[] }) {
  const [typed, type] = useTyped(query.value.get("q") ?? "", (q) => setQuery({ q }));
  const wanted = typed.trim().toLowerCase();
  const shown = settings.filter((s) => `${s.name} ${s.sentence}`.toLowerCase().includes(wanted));
  return (
    <Card title="Settings" isFlush actions={
      <div class="search">
        <Icon name="search" />
        <input type="search" aria-label="Search settings" placeholder="Search settings" value={typed} spellcheck={false}
          onInput={(event) => type(event.currentTarget.value)} />
      </div>}>
      {shown.length === 0 ? <Empty icon="search" title="No setting is called so" /> : (
        <div class="table-wrap" tabIndex={0} role="region" aria-label="Settings">
          <table>
            <thead><tr><th scope="col">Setting</th><th scope="col">Value</th></tr></thead>
            <tbody>{shown.map((s) => <Row key={s.name} setting={s} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Row({ setting: s }: { setting: Setting }) {
  return (
    <tr>
      <th scope="row" class="wraps setting">
        <code>{s.name}</code>
        <span class="hint">{s.sentence}</span>
      </th>
      <td class="wraps">
        <span class="row">
          {s.value === null ? <span class="quiet">set, not shown</span>
            : s.value === "" ? <span class="quiet">not set</span> : <code>{s.value}</code>}
          {isChanged(s) && <Chip tone="accent" icon="settings">Set here</Chip>}
        </span>
        {isChanged(s) && s.default !== "" && <span class="hint">default <code>{s.default}</code></span>}
      </td>
    </tr>
  );
}

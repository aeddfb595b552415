import type { RejectionDetail } from "../api/types";
import { useData } from "../api/useData";
import { bytes, words } from "../format";
import { Chip } from "../parts/Chip";
import { Copy, Copyable } from "../parts/Copy";
import { Icon } from "../parts/Icon";
import { Card, Facts, Page } from "../parts/Page";
import { Empty, Loaded } from "../parts/States";
import { Time } from "../parts/Time";
import { causeFix, causeText } from "../rejections/causes";
import { prettyJson } from "../rejections/prettyJson";
import { reasonFix, reasonName, reasonText } from "../rejections/reasons";
import { to } from "../router";

const back = { href: to("/rejections"), text: "Rejections" };

export function RejectionPage({ sequence }: { sequence: string }) {
  const { value, fault, reload } = useData<RejectionDetail>(`/rejections/${encodeURIComponent(sequence)}`);
  const isUnknown = fault?.status === 404 || fault?.status === 400;
  return (
    <Page title={`Rejection ${sequence}`} back={back}
      note={value && <>{value.source}, <Time at={value.received_at} kind="full" /></>}>
      {isUnknown
        ? (
          <Empty icon="search" title="This one is not kept, or not any more">
            <a href={to("/rejections")}>Show the latest</a>
          </Empty>
        )
        : <Loaded value={value} fault={fault} onRetry={reload} rows={10}>{(r) => <Body rejection={r} />}</Loaded>}
    </Page>
  );
}

function Body({ rejection: r }: { rejection: RejectionDetail }) {
  return (
    <div class="with-side">
      <div class="stack">
        <Why rejection={r} />
        <AfterAll rejection={r} />
        <Content rejection={r} />
        <Headers rejection={r} />
      </div>
      <div class="stack">
        <Card title="About it">
          <div class="facts-narrow">
            <Facts rows={[
              ["Source", <a href={to("/rejections", { source: r.source })}>{r.source}</a>],
              ["Reason", <code>{r.reason}</code>],
              ["Cause", r.cause === null ? "none found" : <code>{r.cause}</code>],
              ["Received", <Time at={r.received_at} kind="full" />],
              ["Body", bytes(r.body_bytes)],
              r.promoted_at !== null && ["Accepted", <Time at={r.promoted_at} kind="full" />],
              r.promoted_sequence !== null && ["Event", `number ${r.promoted_sequence}`],
            ]} />
          </div>
        </Card>
      </div>
    </div>
  );
}

function Why({ rejection: r }: { rejection: RejectionDetail }) {
  const told = r.explanation ?? (r.cause === null ? null : causeText(r.cause));
  // The listener's own explanation tells what to do as well.
  const fix = r.explanation !== null ? null : r.cause === null ? reasonFix(r.reason) : causeFix(r.cause);
  return (
    <Card title={r.cause === null ? reasonName(r.reason) : words(r.cause)}>
      <div class="stack why">
        {told && <p class="why-told">{told}</p>}
        <p class={told ? "quiet" : "why-told"}>{reasonText(r.reason)}</p>
        {fix && <div class="notice accent"><Icon name="info" /><p><b>What to do:</b> {fix}</p></div>}
      </div>
    </Card>
  );
}

function AfterAll({ rejection: r }: { rejection: RejectionDetail }) {
  if (r.promoted_at !== null) {
    return (
      <Card title="Accepted after all">
        <Chip tone="good">It was verified again and stored</Chip>
      </Card>
    );
  }
  if (r.body === null) {
    return (
      <Card title="Accept it after all">
        <p>Its body was not kept, so it cannot be verified again. Have the provider send it once more.</p>
      </Card>
    );
  }
  return (
    <Card title="Accept it after all">
      <div class="stack">
        <p>
          Mend the cause first. Then have what was refused verified again, on the machine of the listener.
          This shows what would be stored:
        </p>
        <Copyable text={`payhook rejections reverify --source ${r.source}`} what="Command" />
        <p>And this stores it:</p>
        <Copyable text={`payhook rejections reverify --source ${r.source} --yes`} what="Command" />
      </div>
    </Card>
  );
}

function Content({ rejection: r }: { rejection: RejectionDetail }) {
  if (r.body === null) {
    return (
      <Card title="Body">
        <p class="quiet">
          {r.masked ? "It cannot be shown without the scope pii." : "The body was not read, or not kept."}
        </p>
      </Card>
    );
  }
  const pretty = prettyJson(r.body);
  return (
    <Card title="Body" isFlush actions={<Copy text={r.body} what="Body">Copy</Copy>}>
      <pre class="code" tabIndex={0} aria-label="Body">{pretty ?? r.body}</pre>
      <p class="code-note quiet">
        {pretty === null ? "Shown as it came" : "Laid out as JSON; copied as it came"}, with what could be a signature
        as ***.{r.masked && " Personal data is masked."}
      </p>
    </Card>
  );
}

function Headers({ rejection: r }: { rejection: RejectionDetail }) {
  const nameOf = (name: string, at: number): string => {
    const before = r.headers.slice(0, at).filter(([other]) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  };
  return (
    <Card title="Headers">
      <div class="rejection-headers">
        <Facts rows={r.headers.map(([name, value], i) => [nameOf(name, i), <code>{value}</code>])} />
      </div>
    </Card>
  );
}

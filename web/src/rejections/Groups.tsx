import type { RejectionCount } from "../api/types";
import { count, words } from "../format";
import { Time } from "../parts/Time";
import { query, setQuery } from "../router";
import { causeFix, causeText } from "./causes";
import { reasonFix, reasonName, reasonText } from "./reasons";

const isChosen = (c: RejectionCount): boolean =>
  query.value.get("source") === c.source && query.value.get("reason") === c.reason
  && (query.value.get("cause") ?? null) === c.cause;

/** Refusals of one source for one reason, with what is probably wrong and how to mend it; the most frequent first. */
export function Groups({ counts }: { counts: RejectionCount[] }) {
  const sorted = [...counts].sort((a, b) => b.count - a.count);
  return (
    <ul class="groups">
      {sorted.map((c) => <Group key={`${c.source} ${c.reason} ${c.cause}`} group={c} />)}
    </ul>
  );
}

function Group({ group: c }: { group: RejectionCount }) {
  const is = isChosen(c);
  const fix = c.cause === null ? reasonFix(c.reason) : causeFix(c.cause);
  const name = c.cause === null ? reasonName(c.reason) : words(c.cause);
  return (
    <li class={is ? "is-chosen" : undefined}>
      <div class="group-count">
        <b class="figures">{count(c.count)}</b>
        <span class="quiet">last <Time at={c.last_at} kind="ago" /></span>
      </div>
      <div class="group-text">
        <h3>{c.source}: {name}</h3>
        <p>{c.cause === null ? reasonText(c.reason) : causeText(c.cause) ?? reasonText(c.reason)}</p>
        {fix && <p class="quiet">{fix}</p>}
        <p class="group-words quiet">
          refused as <code>{c.reason}</code>{c.cause !== null && <>, probable cause <code>{c.cause}</code></>}
        </p>
      </div>
      <button type="button" class="toggle" aria-pressed={is} aria-label={`Show these: ${c.source}, ${name}`}
        onClick={() => setQuery(is
          ? { source: null, reason: null, cause: null }
          : { source: c.source, reason: c.reason, cause: c.cause })}>
        Show these
      </button>
    </li>
  );
}

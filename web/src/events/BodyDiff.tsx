import { useMemo, useState } from "preact/hooks";
import type { StoredBody } from "../api/types";
import { plural } from "../format";
import { Button } from "../parts/Button";
import { compare, type DiffLine, type DiffPart } from "./compare";
import { textOf } from "./body";

/** Two bodies line by line. What was removed and added is told by its sign, and not by colour alone. */
export function BodyDiff({ before, after }: { before: StoredBody; after: StoredBody }) {
  const first = textOf(before);
  const second = textOf(after);
  const parts = useMemo(() => first === null || second === null ? null : compare(first, second), [first, second]);
  if (first === null || second === null)
    return <p class="quiet">One of the bodies cannot be shown, so they cannot be compared.</p>;
  if (!parts) return <p class="quiet">The bodies are too different to be compared line by line.</p>;
  if (parts.every((part) => part.kind === "folded"))
    return <p class="quiet">As JSON both say the same: they differ only in spaces, or in how a text is written.</p>;
  return (
    <div class="diff" role="region" aria-label="Differences" tabIndex={0}>
      {parts.map((part, i) => <Part key={i} part={part} />)}
    </div>
  );
}

function Part({ part }: { part: DiffPart }) {
  const [isShown, setIsShown] = useState(false);
  if (part.kind === "folded" && !isShown)
    return (
      <div class="diff-folded">
        <Button kind="quiet" icon="chevronDown" onClick={() => setIsShown(true)}>
          {`${plural(part.lines.length, "line")} the same`}
        </Button>
      </div>
    );
  return <>{part.lines.map((line, i) => <Row key={i} line={line} />)}</>;
}

const signs = { same: " ", removed: "−", added: "+" };

function Row({ line }: { line: DiffLine }) {
  const Text = line.kind === "removed" ? "del" : line.kind === "added" ? "ins" : "span";
  return (
    <div class={`diff-line ${line.kind}`}>
      <span class="diff-sign" aria-label={line.kind === "same" ? undefined : line.kind}>{signs[line.kind]}</span>
      <Text>{line.text}</Text>
    </div>
  );
}

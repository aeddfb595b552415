import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { plural } from "../format";
import { Button } from "../parts/Button";
import { copyText } from "../parts/Copy";
import { Icon } from "../parts/Icon";
import { childCount, leafText, pretty, type JsonNode } from "./json";
import { find, linesOf, openAll, openAtFirst, opened, parentKey, type Line } from "./tree";

/** Values are cut in the tree; the whole is copied, or read in the raw text. */
const longestShown = 400;
const linesAround = 20;

/** JSON to look into: fold, search, copy a value or the way to it. Only the lines that are seen are drawn. */
export function JsonTree({ root }: { root: JsonNode }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openAtFirst(root));
  const [selected, setSelected] = useState<string | null>(null);
  const lines = useMemo(() => linesOf(root, open), [root, open]);
  const found = useSearch(root, (key) => { setOpen((old) => opened(old, key)); setSelected(key); });
  const toggle = (key: string) => setOpen((old) => {
    const next = new Set(old);
    if (!next.delete(key)) next.add(key);
    return next;
  });
  const line = lines.find((l) => l.key === selected) ?? null;
  return (
    <div class="tree-box">
      <div class="tree-tools">
        <SearchBox found={found} />
        <span class="row">
          <Button kind="quiet" onClick={() => setOpen(openAll(root))}>Unfold all</Button>
          <Button kind="quiet" onClick={() => setOpen(new Set())}>Fold all</Button>
        </span>
      </div>
      <Lines lines={lines} selected={selected} matches={found.matches} onSelect={setSelected} onToggle={toggle} />
      <Chosen line={line} />
    </div>
  );
}

interface Search {
  text: string;
  matches: ReadonlySet<string>;
  at: number;
  type: (text: string) => void;
  step: (by: number) => void;
}

function useSearch(root: JsonNode, goTo: (key: string) => void): Search {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const keys = useMemo(() => find(root, text), [root, text]);
  const matches = useMemo(() => new Set(keys), [keys]);
  const step = (by: number) => {
    if (keys.length === 0) return;
    const next = (at + by + keys.length) % keys.length;
    setAt(next);
    goTo(keys[next]!);
  };
  const type = (value: string) => {
    setText(value);
    setAt(0);
    const first = find(root, value, 1)[0];
    if (first !== undefined) goTo(first);
  };
  return { text, matches, at, type, step };
}

function SearchBox({ found }: { found: Search }) {
  const total = found.matches.size;
  return (
    <div class="row tree-search">
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Search in the body"
          placeholder="Search in the body"
          value={found.text}
          spellcheck={false}
          onInput={(event) => found.type(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === "Enter") found.step(event.shiftKey ? -1 : 1); }} />
      </div>
      {found.text !== "" && (
        <>
          <span class="quiet figures" role="status">
            {total === 0 ? "Not found" : `${found.at + 1} of ${total}`}
          </span>
          <Button
            kind="quiet"
            icon="chevronUp"
            label="Match before"
            disabled={total === 0}
            onClick={() => found.step(-1)}
          />
          <Button
            kind="quiet"
            icon="chevronDown"
            label="Next match"
            disabled={total === 0}
            onClick={() => found.step(1)}
          />
        </>
      )}
    </div>
  );
}

interface LinesProps {
  lines: Line[]; selected: string | null; matches: ReadonlySet<string>;
  onSelect: (key: string) => void; onToggle: (key: string) => void;
}

function Lines({ lines, selected, matches, onSelect, onToggle }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(24);
  const [top, setTop] = useState(0);
  const [seen, setSeen] = useState(40);
  useLayoutEffect(() => {
    const one = box.current?.querySelector<HTMLElement>("[role=treeitem]");
    if (one?.offsetHeight) setHeight(one.offsetHeight);
    setSeen(Math.ceil((box.current?.clientHeight ?? 0) / height) + 1);
  }, [lines]);
  const index = lines.findIndex((l) => l.key === selected);
  useEffect(() => {
    const element = box.current;
    if (!element || index < 0) return;
    if (index * height < element.scrollTop) element.scrollTop = index * height;
    else if ((index + 1) * height > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * height - element.clientHeight;
  }, [index, height]);
  const first = Math.max(0, Math.floor(top / height) - linesAround);
  const drawn = lines.slice(first, first + seen + 2 * linesAround);
  return (
    <div
      class="tree"
      role="tree"
      aria-label="Body"
      tabIndex={0}
      ref={box}
      aria-activedescendant={index < 0 ? undefined : `line-${selected}`}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={(event) => onTreeKey(event, lines, index, onSelect, onToggle)}
    >
      <div role="presentation" style={{ height: `${first * height}px` }} />
      {drawn.map((line) => (
        <TreeLine key={line.key} line={line} isSelected={line.key === selected} isMatch={matches.has(line.key)}
          onSelect={onSelect} onToggle={onToggle} />
      ))}
      <div role="presentation" style={{ height: `${Math.max(0, lines.length - first - drawn.length) * height}px` }} />
    </div>
  );
}

function onTreeKey(
  event: KeyboardEvent, lines: Line[], index: number, select: (key: string) => void, toggle: (key: string) => void,
): void {
  const line = lines[index];
  const canFold = line !== undefined && childCount(line.node) > 0;
  const go = (to: number) => {
    const next = lines[Math.max(0, Math.min(lines.length - 1, to))];
    if (next) select(next.key);
  };
  switch (event.key) {
    case "ArrowDown": go(index + 1); break;
    case "ArrowUp": go(index - 1); break;
    case "Home": go(0); break;
    case "End": go(lines.length - 1); break;
    case "ArrowRight": if (canFold && !line.isOpen) toggle(line.key); else go(index + 1); break;
    case "ArrowLeft":
      if (line?.isOpen) toggle(line.key);
      else if (line) { const parent = parentKey(line.key); if (parent) select(parent); }
      break;
    case "Enter": case " ": if (canFold) toggle(line.key); break;
    default: return;
  }
  event.preventDefault();
}

function TreeLine({ line, isSelected, isMatch, onSelect, onToggle }: {
  line: Line; isSelected: boolean; isMatch: boolean; onSelect: (key: string) => void; onToggle: (key: string) => void;
}) {
  const parts = childCount(line.node);
  const choose = () => {
    if (parts > 0 && !getSelection()?.toString()) onToggle(line.key);
    onSelect(line.key);
  };
  return (
    <div
      id={`line-${line.key}`}
      role="treeitem"
      class={`tree-line${isMatch ? " is-match" : ""}`}
      aria-level={line.depth + 1}
      aria-selected={isSelected}
      aria-expanded={parts > 0 ? line.isOpen : undefined}
      onClick={choose}
      style={{ "--depth": line.depth }}
    >
      <span class="tree-fold">
        {parts > 0 && <Icon name={line.isOpen ? "chevronDown" : "chevronRight"} size={14} />}
      </span>
      {line.name !== "" && <span class="tree-name">{line.name}</span>}
      <Value node={line.node} />
    </div>
  );
}

function Value({ node }: { node: JsonNode }) {
  if (node.kind === "object")
    return (
      <span class="quiet">{node.members.length === 0 ? "{}" : `{ ${plural(node.members.length, "member")} }`}</span>
    );
  if (node.kind === "array")
    return <span class="quiet">{node.items.length === 0 ? "[]" : `[ ${plural(node.items.length, "item")} ]`}</span>;
  const text = leafText(node);
  return (
    <span class={`tree-${node.kind}`}>{text.length > longestShown ? `${text.slice(0, longestShown)}…` : text}</span>
  );
}

/** What is chosen, and what can be taken of it. */
function Chosen({ line }: { line: Line | null }) {
  if (!line)
    return <div class="tree-chosen quiet">Choose a line to copy its value or its path. Arrow keys move and fold.</div>;
  const value = line.node.kind === "string" ? line.node.value : pretty(line.node);
  return (
    <div class="tree-chosen">
      <code class="tree-path" title={line.path}>{line.path || "the whole body"}</code>
      <span class="row">
        <Button kind="quiet" icon="copy" onClick={() => void copyText(line.path, "Path")}>Path</Button>
        <Button kind="quiet" icon="copy" onClick={() => void copyText(value, "Value")}>Value</Button>
      </span>
    </div>
  );
}

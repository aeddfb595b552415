import { diffLines } from "diff";

export interface DiffLine { kind: "same" | "added" | "removed"; text: string }
export type DiffPart = { kind: "lines"; lines: DiffLine[] } | { kind: "folded"; lines: DiffLine[] };

const linesAround = 3;
/** A comparison that takes longer is given up: two bodies that have nothing in common are better read one by one. */
const timeoutMilliseconds = 1500;

/** What two texts have in common and what not, line by line; null where it would take too long. */
export function compare(before: string, after: string): DiffPart[] | null {
  const changes = diffLines(`${before}\n`, `${after}\n`, { timeout: timeoutMilliseconds });
  if (!changes) return null;
  const lines = changes.flatMap((change) => change.value.replace(/\n$/, "").split("\n").map((text): DiffLine =>
    ({ kind: change.added ? "added" : change.removed ? "removed" : "same", text })));
  return fold(lines);
}

/** Lines that are the same and far from a change are folded. */
function fold(lines: DiffLine[]): DiffPart[] {
  const isNear = lines.map(() => false);
  lines.forEach((line, i) => {
    if (line.kind === "same") return;
    for (let j = Math.max(0, i - linesAround); j <= Math.min(lines.length - 1, i + linesAround); j++) isNear[j] = true;
  });
  const parts: DiffPart[] = [];
  lines.forEach((line, i) => {
    const kind = isNear[i] ? "lines" : "folded";
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else parts.push({ kind, lines: [line] });
  });
  // To fold one or two lines saves nothing.
  return parts.map((part) => part.kind === "folded" && part.lines.length < 3 ? { ...part, kind: "lines" } : part);
}

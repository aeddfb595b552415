import { expect, test } from "vitest";
import { compare } from "./compare";

const numbered = (count: number, change: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, i) => change[i] ?? `line ${i}`).join("\n");

test("a changed line is one removed and one added", () => {
  const parts = compare("a\nb\nc", "a\nB\nc")!;
  expect(parts.flatMap((p) => p.lines.map((l) => `${l.kind} ${l.text}`))).toEqual(
    ["same a", "removed b", "added B", "same c"]);
});

test("what is far from a change is folded", () => {
  const parts = compare(numbered(40), numbered(40, { 20: "other" }))!;
  expect(parts.map((p) => `${p.kind} ${p.lines.length}`)).toEqual(["folded 17", "lines 8", "folded 16"]);
});

test("the same text has no change", () => {
  expect(compare(numbered(5), numbered(5))!.every((p) => p.kind === "folded")).toBe(true);
});

test("a last line with and without an end differ in nothing else", () => {
  expect(
    compare("a", "a\n")!
      .flatMap((p) => p.lines)
      .filter((l) => l.kind !== "same"),
  ).toEqual([{ kind: "added", text: "" }]);
});

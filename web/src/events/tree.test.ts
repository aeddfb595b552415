import { expect, test } from "vitest";
import { parseJson } from "./json";
import { find, linesOf, openAll, openAtFirst, opened } from "./tree";

const root = parseJson("{\"a\":{\"b\":[1,{\"c\":\"Deep\"}]},\"d\":\"x\"}")!;

test("lines have their way in names", () => {
  expect(linesOf(root, openAll(root)).map((l) => `${l.key} ${l.path} ${l.depth}`)).toEqual(
    ["0 a 0", "0/0 a.b 1", "0/0/0 a.b[0] 2", "0/0/1 a.b[1] 2", "0/0/1/0 a.b[1].c 3", "1 d 0"]);
});

test("what is closed hides what is in it", () => {
  expect(linesOf(root, new Set()).map((l) => l.path)).toEqual(["a", "d"]);
});

test("a value alone is one line", () => {
  expect(linesOf(parseJson("5")!, new Set())).toHaveLength(1);
});

test("few lines are opened at first, whatever comes", () => {
  const wide = parseJson(JSON.stringify(Array.from({ length: 300 }, () => [1, 2, 3])))!;
  expect(linesOf(wide, openAtFirst(wide)).length).toBeLessThanOrEqual(400);
  expect(linesOf(root, openAtFirst(root)).length).toBe(6);
});

test("a search finds names and values, and opens the way", () => {
  expect(find(root, "deep")).toEqual(["0/0/1/0"]);
  expect(find(root, "B")).toEqual(["0/0"]);
  expect([...opened(new Set(), "0/0/1/0")].sort()).toEqual(["0", "0/0", "0/0/1"]);
});

import { expect, it } from "vitest";
import { causeFix, causeText } from "./causes";
import { prettyJson } from "./prettyJson";
import { reasonFix, reasonText } from "./reasons";

it("writes JSON on lines and keeps the spelling of numbers", () => {
  expect(prettyJson('{"a":[1,12345678901234567890],"b":{},"c":"x, {y}","d":[]}')).toBe(
    '{\n  "a": [\n    1,\n    12345678901234567890\n  ],\n  "b": {},\n  "c": "x, {y}",\n  "d": []\n}');
  expect(prettyJson("a=b")).toBeNull();
  expect(prettyJson("12")).toBeNull();
});

it("explains reasons and causes", () => {
  expect(causeText("clock")).toMatch(/too far/);
  expect(causeFix("other-source")).toMatch(/mixed up/);
  expect(causeText("of-tomorrow")).toBeNull();
  expect(reasonText("wrong-signature")).toMatch(/secrets/);
  expect(reasonFix("wrong-signature")).not.toBeNull();
});

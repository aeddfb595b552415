import { expect, test } from "vitest";
import { parseJson, pretty } from "./json";

test("numbers keep their digits, names their order and repetition", () => {
  const text = "{\"b\":12345678901234567890,\"a\":1.50,\"b\":[-0,1E+2,true,null]}";
  expect(pretty(parseJson(text)!)).toBe(
    "{\n  \"b\": 12345678901234567890,\n  \"a\": 1.50,\n  \"b\": [\n    -0,\n    1E+2,\n    true,\n    null\n  ]\n}");
});

test("texts are read as JSON says", () => {
  expect(parseJson(" \"a\\u00e9\\n\\\"\" ")).toEqual({ kind: "string", value: "aé\n\"" });
});

test.each(["", "{", "[1,]", "{a:1}", "01", "\"\t\"", "nul", "1 2", "'a'", "\"\\x\"", "[1 2]", "{\"a\" 1}", "-"])(
  "%s is no JSON", (text) => { expect(parseJson(text)).toBeNull(); });

test("empty ones, and one that is deeper than anybody needs", () => {
  expect(pretty(parseJson("[{},[]]")!)).toBe("[\n  {},\n  []\n]");
  const deep = "[".repeat(200_000);
  expect(parseJson(deep)).toBeNull();
});

test("agrees with the browser's own parser", () => {
  const value = { a: [1, "x", { y: null, z: [true, false] }], "ü \u2028": "\u0001", n: -1.5e-7 };
  expect(JSON.parse(pretty(parseJson(JSON.stringify(value))!))).toEqual(value);
});

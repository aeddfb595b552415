import { expect, test } from "vitest";
import { filtersOf, parseSearch, searchOf } from "./search";

test("names and values", () => {
  expect(parseSearch("type:payment.* source:stripe payment:pay_1 conflict:true")).toEqual({
    filters: { type: "payment.*", source: "stripe", payment_id: "pay_1", conflict: "true" }, bare: [],
  });
});

test("a word alone is an id, and so is one with a colon of its own", () => {
  expect(parseSearch("AUTHORISATION:8515:true evt_1 ghost:x").bare).toEqual([
    "AUTHORISATION:8515:true",
    "evt_1",
    "ghost:x",
  ]);
});

test("quotes hold a value together, several types are one list, times keep their colons", () => {
  expect(parseSearch("type:a type:b payment:\"x y\" from:2026-01-31T09:00:00Z").filters).toEqual({
    type: "a,b", payment_id: "x y", received_from: "2026-01-31T09:00:00Z",
  });
});

test("what was parsed is written the same way", () => {
  const text = "type:payment.* payment:\"x y\" conflict:true";
  expect(searchOf(parseSearch(text).filters)).toBe(text);
  expect(filtersOf(new URLSearchParams("type=a&foo=b&conflict=true"))).toEqual({ type: "a", conflict: "true" });
});

import { expect, test } from "vitest";
import { filterWords, span } from "./inWords";

test("a filter in a sentence", () => {
  expect(filterWords({})).toBe("All events");
  expect(
    filterWords({
      types: ["payment.*", "refund.*"],
      sources: ["stripe"],
      statuses: ["captured", "partially_refunded"],
    }),
  ).toBe("Events of the type payment.* or refund.*, from stripe, that make a payment captured or partially refunded");
  expect(filterWords({ where: { path: "a.b", operator: ">=", value: "10" } })).toBe("Events where a.b >= 10");
  expect(filterWords({ where: { path: "a.b", operator: "exists" } })).toBe("Events that have a.b");
});

test("spans", () => {
  expect([5, 60, 28800, 86400, 259200, 90, 1.8].map(span)).toEqual(
    ["5 seconds", "1 minute", "8 hours", "1 day", "3 days", "90 seconds", "1.8 seconds"]);
});

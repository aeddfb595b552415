import { expect, test } from "vitest";
import type { Destination } from "../api/types";
import { changesOf, creationOf, formOf } from "./form";

const kept: Partial<Destination> = {
  name: "orders",
  sink: "http",
  url: "https://a.example/h",
  filter: { types: ["payment.*"], statuses: ["captured"] },
  body: "envelope",
  timeout_seconds: 5,
  concurrency_limit: 16,
  rate_limit_per_second: 0,
  ordering: "none",
  retry: { first_seconds: 5, longest_seconds: 28800, give_up_after_hours: 72 },
  headers: { Authorization: "***", "X-Old": "***" },
};

test("a new one says only what is not usual", () => {
  expect(creationOf({ ...formOf(), name: "orders", url: "https://a.example/h" })).toEqual(
    { name: "orders", url: "https://a.example/h" });
});

test("a new one with everything", () => {
  const form = {
    ...formOf(),
    name: "o",
    url: "https://a",
    types: "payment.*, refund.*",
    statuses: ["captured"],
    wherePath: "a.b",
    whereOperator: ">=",
    whereValue: "10",
    body: "raw",
    timeout: "2.5",
    ordering: "payment",
    orderingWait: "60",
    giveUp: "0",
    headers: [
      { name: "X-A", value: "1", isKept: false },
      { name: "", value: "", isKept: false },
    ],
    secret: "none" as const,
    from: "start" as const,
  };
  expect(creationOf(form)).toEqual({
    name: "o",
    url: "https://a",
    filter: {
      types: ["payment.*", "refund.*"],
      statuses: ["captured"],
      where: { path: "a.b", operator: ">=", value: "10" },
    },
    body: "raw",
    timeout_seconds: 2.5,
    ordering: "payment",
    ordering_wait_seconds: 60,
    retry: { give_up_after_hours: 0 },
    headers: { "X-A": "1" },
    secret: null,
    from: "start",
  });
});

test("nats", () => {
  const form = {
    ...formOf(),
    name: "n",
    sink: "nats" as const,
    url: "tls://h:4222",
    login: "user" as const,
    user: "u",
    password: "p",
  };
  expect(creationOf(form)).toEqual({
    name: "n",
    sink: "nats",
    url: "tls://h:4222",
    nats: { user: "u", password: "p" },
  });
});

test("nothing changed is an empty patch", () => {
  expect(changesOf(formOf(kept), formOf(kept))).toEqual({});
});

test("only what was changed is said; what was emptied is taken back", () => {
  const before = formOf(kept);
  const after = {
    ...before, types: "", statuses: ["captured", "refunded"], timeout: "", first: "9",
    headers: [{ name: "Authorization", value: "", isKept: true }, { name: "X-New", value: "n", isKept: false }],
  };
  expect(changesOf(before, after)).toEqual({
    filter: { types: null, statuses: ["captured", "refunded"] }, timeout_seconds: null, retry: { first_seconds: 9 },
    headers: { "X-Old": null, "X-New": "n" },
  });
});

test("a kept login stays, another replaces all of it", () => {
  const before = formOf({ ...kept, sink: "nats", nats: { user: "***", password: "***" } });
  expect(changesOf(before, before)).toEqual({});
  expect(changesOf(before, { ...before, login: "token", token: "t" })).toEqual({
    nats: { token: "t", user: null, password: null },
  });
  expect(changesOf(before, { ...before, login: "none" })).toEqual({ nats: null });
});

test("what is no number goes as it is, for the listener to refuse", () => {
  expect(changesOf(formOf(kept), { ...formOf(kept), rate: "many" })).toEqual({ rate_limit_per_second: "many" });
});

test("exists takes the value back that it has no use for", () => {
  const before = formOf({ ...kept, filter: { where: { path: "a", operator: "=", value: "1" } } });
  expect(changesOf(before, { ...before, whereOperator: "exists" })).toEqual({
    filter: { where: { path: "a", operator: "exists", value: null } },
  });
  expect(creationOf({ ...formOf(), name: "a", url: "u", wherePath: "p", whereOperator: "exists" }).filter).toEqual({
    where: { path: "p", operator: "exists" },
  });
});

import type { Destination, DestinationFilter } from "../api/types";

/** A header whose value is kept is not shown: an empty value leaves it as it is. */
export interface HeaderField { name: string; value: string; isKept: boolean }

/** What is typed. Everything is a text until it is sent. */
export interface Form {
  name: string;
  sink: "http" | "nats";
  url: string;
  types: string;
  sources: string;
  providers: string;
  statuses: string[];
  wherePath: string;
  whereOperator: string;
  whereValue: string;
  body: string;
  timeout: string;
  concurrency: string;
  rate: string;
  first: string;
  longest: string;
  giveUp: string;
  ordering: string;
  orderingWait: string;
  subject: string;
  login: "keep" | "none" | "user" | "token";
  user: string;
  password: string;
  token: string;
  headers: HeaderField[];
  secret: "make" | "own" | "none";
  ownSecret: string;
  from: "now" | "start";
}

export const usualSubject = "payhook.{source}.{type}";
const usualRetry = { first_seconds: 5, longest_seconds: 28800, give_up_after_hours: 72 };

/** The form of a destination, or of a new one with what is usual. */
export function formOf(d: Partial<Destination> = {}): Form {
  const retry = d.retry ?? usualRetry;
  const filter = d.filter ?? {};
  return {
    name: d.name ?? "", sink: d.sink ?? "http", url: d.url ?? "",
    types: listText(filter.types), sources: listText(filter.sources), providers: listText(filter.providers),
    statuses: filter.statuses ?? [],
    wherePath: filter.where?.path ?? "", whereOperator: filter.where?.operator ?? "=",
    whereValue: filter.where?.value === undefined || filter.where.value === null ? "" : String(filter.where.value),
    body: d.body ?? "envelope", timeout: `${d.timeout_seconds ?? 15}`, concurrency: `${d.concurrency_limit ?? 16}`,
    rate: `${d.rate_limit_per_second ?? 0}`,
    first: `${retry.first_seconds}`, longest: `${retry.longest_seconds}`, giveUp: `${retry.give_up_after_hours}`,
    ordering: d.ordering ?? "none", orderingWait: d.ordering_wait_seconds ? `${d.ordering_wait_seconds}` : "",
    subject: d.subject ?? usualSubject,
    login: d.nats ? "keep" : "none", user: "", password: "", token: "",
    headers: Object.keys(d.headers ?? {}).map((name) => ({ name, value: "", isKept: true })),
    secret: "make", ownSecret: "", from: "now",
  };
}

const listText = (list: string[] | undefined): string => (list ?? []).join(", ");
const listOf = (text: string): string[] => text.split(/[,\s]+/).filter((item) => item !== "");

type Members = Record<string, unknown>;

/** What the form says, member by member; null is what is usual. */
function membersOf(form: Form): Members {
  const isHttp = form.sink === "http";
  return {
    sink: form.sink, url: form.url.trim(), body: form.body,
    timeout_seconds: numberOf(form.timeout), concurrency_limit: numberOf(form.concurrency),
    rate_limit_per_second: numberOf(form.rate),
    ordering: form.ordering,
    ordering_wait_seconds: form.ordering === "payment" ? numberOf(form.orderingWait) : null,
    ...(isHttp ? {} : { subject: form.subject.trim() || null }),
  };
}

const retryOf = (form: Form): Members => ({
  first_seconds: numberOf(form.first),
  longest_seconds: numberOf(form.longest),
  give_up_after_hours: numberOf(form.giveUp),
});

const filterOf = (form: Form): Members => ({
  types: orNull(listOf(form.types)), sources: orNull(listOf(form.sources)), providers: orNull(listOf(form.providers)),
  statuses: orNull(form.statuses), where: whereOf(form),
});

const orNull = (list: string[]): string[] | null => list.length > 0 ? list : null;

function whereOf(form: Form): DestinationFilter["where"] {
  const path = form.wherePath.trim();
  if (path === "") return null;
  // A merge would leave the old value beside "exists".
  return form.whereOperator === "exists"
    ? { path, operator: "exists", value: null }
    : { path, operator: form.whereOperator, value: form.whereValue };
}

/** A number as typed; what is none goes as it is, and the listener says what is wrong with it. */
function numberOf(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed);
}

function loginOf(form: Form): Members | null | undefined {
  if (form.sink !== "nats" || form.login === "keep") return undefined;
  if (form.login === "user") return { user: form.user, password: form.password, token: null };
  return form.login === "token" ? { token: form.token, user: null, password: null } : null;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const changed = (before: Members, after: Members): Members =>
  Object.fromEntries(Object.entries(after).filter(([name, value]) => !isSame(before[name], value)));

/** What POST /destinations takes: only what is not usual. */
export function creationOf(form: Form): Members {
  const members: Members = {
    name: form.name.trim(),
    url: form.url.trim(),
    ...changesOf(formOf({ sink: form.sink }), form),
  };
  if (form.sink === "nats") members.sink = "nats";
  if (form.sink === "http" && form.secret === "own") members.secret = form.ownSecret.trim();
  if (form.sink === "http" && form.secret === "none") members.secret = null;
  if (form.from === "start") members.from = "start";
  return withoutNull(members);
}

/** A destination that is new has nothing to take back; only for the secret null says something. */
const withoutNull = (members: Members): Members => Object.fromEntries(Object.entries(members)
  .filter(([name, value]) => value !== null || name === "secret")
  .map(([name, value]) => [name, isPlain(value) ? withoutNull(value) : value]));

const isPlain = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What PATCH /destinations/{name} takes: a merge patch of what was changed. */
export function changesOf(before: Form, after: Form): Members {
  const patch = changed(membersOf(before), membersOf(after));
  const filter = changed(filterOf(before), filterOf(after));
  const retry = changed(retryOf(before), retryOf(after));
  const headers = headerChanges(before, after);
  const nats = loginOf(after);
  if (Object.keys(filter).length > 0) patch.filter = filter;
  if (Object.keys(retry).length > 0) patch.retry = retry;
  if (Object.keys(headers).length > 0) patch.headers = headers;
  if (nats !== undefined && !(nats === null && before.login === "none")) patch.nats = nats;
  return patch;
}

function headerChanges(before: Form, after: Form): Members {
  const changes: Members = {};
  const left = new Set(after.headers.map((header) => header.name));
  for (const { name } of before.headers) if (!left.has(name)) changes[name] = null;
  for (const { name, value, isKept } of after.headers)
    if (name.trim() !== "" && !(isKept && value === "")) changes[name.trim()] = value;
  return changes;
}

import { expect, test } from "vitest";
import type { EventRow } from "../api/types";
import { arrive, arrived, begin, gap, nothing, older, release, rowLimit, type Feed } from "./feed";

const event = (sequence: number): EventRow => ({
  cursor: `0-${sequence}`, sequence, event_type: "t", received_at: "", received_at_ms: 0, event_id: `e${sequence}`,
  payment_id: null, source: "s", conflict_count: 0,
});
const numbers = (feed: Feed) => feed.shown.map((item) => item.kind === "event" ? item.event.sequence : "gap");

test("new events come on top, the newest first, once", () => {
  let feed = begin([event(2), event(1)], null);
  feed = arrive(feed, [arrived(event(2)), arrived(event(3)), arrived(event(4)), arrived(event(3))], false);
  expect(numbers(feed)).toEqual([4, 3, 2, 1]);
});

test("held events are counted and shown when they are let in", () => {
  let feed = begin([event(1)], null);
  feed = arrive(feed, [arrived(event(2))], true);
  feed = arrive(feed, [arrived(event(2)), arrived(event(3))], true);
  expect(numbers(feed)).toEqual([1]);
  expect(feed.waitingCount).toBe(2);
  feed = release(feed);
  expect(numbers(feed)).toEqual([3, 2, 1]);
  expect(feed.waitingCount).toBe(0);
});

test("a gap is shown once and stands below what came after it", () => {
  const feed = arrive(begin([event(1)], null), [gap(), gap(), arrived(event(9))], false);
  expect(numbers(feed)).toEqual([9, "gap", 1]);
});

test("the list is bounded, and older events go on from its end", () => {
  let feed: Feed = nothing;
  for (let i = 1; i <= rowLimit + 5; i++) feed = arrive(feed, [arrived(event(i))], false);
  expect(feed.shown.length).toBe(rowLimit);
  expect(feed.next).toBe("0-6");
});

test("waiting events are bounded too, and still counted", () => {
  const many = Array.from({ length: rowLimit + 7 }, (_, i) => arrived(event(i + 2)));
  const feed = arrive(begin([event(1)], null), many, true);
  expect(feed.waiting.length).toBe(rowLimit);
  expect(feed.waitingCount).toBe(rowLimit + 7);
});

test("older events are not doubled", () => {
  expect(numbers(older(begin([event(3), event(2)], "0-2"), [event(2), event(1)], null))).toEqual([3, 2, 1]);
});

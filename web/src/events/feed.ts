import type { EventRow } from "../api/types";

export type Item = { kind: "event"; key: string; event: EventRow; isNew: boolean } | { kind: "gap"; key: string };

/** What the page of events holds: the newest first, and what came while the list was held still. */
export interface Feed {
  shown: Item[];
  waiting: Item[];
  waitingCount: number;
  /** Where older ones go on; null where there are none. */
  next: string | null;
}

/** So many rows a page can hold and stay quick, however long it is left open. */
export const rowLimit = 2000;

export const nothing: Feed = { shown: [], waiting: [], waitingCount: 0, next: null };

const itemOf = (event: EventRow, isNew: boolean): Item =>
  ({ kind: "event", key: `e${event.sequence}`, event, isNew });

let gaps = 0;
export const gap = (): Item => ({ kind: "gap", key: `g${++gaps}` });
export const arrived = (event: EventRow): Item => itemOf(event, true);

export const begin = (events: EventRow[], next: string | null): Feed =>
  ({ shown: events.map((event) => itemOf(event, false)), waiting: [], waitingCount: 0, next });

/** Older events below those that are there. */
export function older(feed: Feed, events: EventRow[], next: string | null): Feed {
  const known = new Set(feed.shown.map((item) => item.key));
  const more = events.map((event) => itemOf(event, false)).filter((item) => !known.has(item.key));
  return { ...feed, shown: [...feed.shown, ...more].slice(0, rowLimit), next };
}

/** What has just come, the oldest first: on top, or aside where the list is held. */
export function arrive(feed: Feed, items: Item[], isHeld: boolean): Feed {
  const known = new Set([...feed.shown, ...feed.waiting].map((item) => item.key));
  const fresh: Item[] = [];
  for (const item of items) {
    const isRepeated = known.has(item.key) || (item.kind === "gap" && fresh.at(-1)?.kind === "gap");
    if (isRepeated) continue;
    known.add(item.key);
    fresh.push(item);
  }
  if (fresh.length === 0) return feed;
  const waiting = [...fresh.reverse(), ...feed.waiting];
  const waitingCount = feed.waitingCount + fresh.filter((item) => item.kind === "event").length;
  const held = { ...feed, waiting: cut(waiting), waitingCount };
  return isHeld ? held : release(held);
}

/** Shows what waited. */
export function release(feed: Feed): Feed {
  if (feed.waiting.length === 0) return feed;
  const all = [...feed.waiting, ...feed.shown];
  const shown = cut(all);
  // What falls off the end is not lost: older events are read again from there.
  const last = shown.length < all.length ? shown.findLast((item) => item.kind === "event") : undefined;
  const next = last?.kind === "event" ? last.event.cursor ?? feed.next : feed.next;
  return { shown, waiting: [], waitingCount: 0, next };
}

/** No more than fit; what is left out of the waiting ones leaves a note that it was there. */
const cut = (items: Item[]): Item[] => items.length > rowLimit ? items.slice(0, rowLimit) : items;

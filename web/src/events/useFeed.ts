import { useEffect, useRef, useState } from "preact/hooks";
import { get, url, type ApiError, type Values } from "../api/client";
import { asApiError } from "../api/useData";
import type { EventList } from "../api/types";
import { arrive, begin, nothing, older, release, rowLimit, type Feed, type Item } from "./feed";
import { follow, type Connection } from "./follow";

const pageSize = 100;
/** A page that nobody sees gives its connection back: browsers allow few to one listener. */
const hiddenMilliseconds = 20_000;

export interface LiveFeed {
  feed: Feed;
  connection: Connection;
  why: string | null;
  fault: ApiError | null;
  isLoading: boolean;
  isFull: boolean;
  more: () => void;
  show: () => void;
  reload: () => void;
}

/** Events that match, the newest first, and those that come. While it is held, new ones wait. */
export function useFeed(values: Values, isHeld: () => boolean): LiveFeed {
  const target = url("/events", { ...values, sort: "-cursor", limit: pageSize });
  const [feed, setFeed] = useState<Feed>(nothing);
  const [begun, setBegun] = useState<{ target: string; after: string } | null>(null);
  const [fault, setFault] = useState<ApiError | null>(null);
  const [isLoading, setIsLoading] = useState(true);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ connection: Connection; why: string | null }>({
    connection: "connecting",
    why: null,
  });
  const asked = useRef<AbortController | null>(null);
  const place = useRef("start");

  const load = (address: string, take: (answer: EventList) => void) => {
    asked.current?.abort();
    const abort = new AbortController();
    asked.current = abort;
    setIsLoading(true);
    get<EventList>(address, {}, abort.signal).then(
      (answer) => { take(answer); setFault(null); setIsLoading(false); },
      (e) => {
        if (abort.signal.aborted) return;
        setFault(asApiError(e));
        setIsLoading(false);
      });
  };

  useEffect(() => {
    setBegun(null);
    load(target, (answer) => {
      setFeed(begin(answer.events, answer.next));
      place.current = answer.events[0]?.cursor ?? "start";
      setBegun({ target, after: place.current });
    });
    return () => asked.current?.abort();
  }, [target, round]);

  useEffect(() => {
    if (begun?.target !== target) return;
    return followWhileSeen(values, place, isHeld, setFeed, (connection, why) => setState({ connection, why }));
  }, [begun, target]);

  const isFull = feed.shown.length >= rowLimit;
  return {
    feed: begun?.target === target || fault === null ? feed : nothing,
    ...state, fault, isLoading, isFull,
    more: () => {
      if (isLoading || feed.next === null || isFull) return;
      load(url(target, {}) + `&after=${encodeURIComponent(feed.next)}`,
        (answer) => setFeed((old) => older(old, answer.events, answer.next)));
    },
    show: () => setFeed(release),
    reload: () => setRound((r) => r + 1),
  };
}

type SetFeed = (change: (old: Feed) => Feed) => void;

/** Events are gathered and shown once a frame, so that a rush costs no more than the screen can show. */
function followWhileSeen(
  values: Values, place: { current: string }, isHeld: () => boolean, setFeed: SetFeed,
  tell: (connection: Connection, why: string | null) => void,
): () => void {
  let gathered: Item[] = [];
  let frame = 0;
  let hiddenTimer = 0;
  let stop: (() => void) | null = null;

  const flush = () => {
    frame = 0;
    const items = gathered;
    gathered = [];
    setFeed((old) => arrive(old, items, isHeld()));
  };
  const start = () => {
    stop = follow(values, place.current, {
      items: (items) => {
        const last = items.findLast((item) => item.kind === "event");
        if (last?.kind === "event") place.current = last.event.cursor ?? place.current;
        gathered = [...gathered, ...items].slice(-rowLimit);
        frame ||= requestAnimationFrame(flush);
      },
      connection: tell,
    });
  };
  const onVisibility = () => {
    clearTimeout(hiddenTimer);
    if (!document.hidden && !stop) start();
    if (document.hidden) hiddenTimer = window.setTimeout(() => { stop?.(); stop = null; }, hiddenMilliseconds);
  };
  start();
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(hiddenTimer);
    cancelAnimationFrame(frame);
    stop?.();
  };
}

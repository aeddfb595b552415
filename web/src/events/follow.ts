import { ApiError, fetchAnswer, url, type Values } from "../api/client";
import type { EventRow } from "../api/types";
import { arrived, gap, type Item } from "./feed";
import { SseParser, type SseMessage } from "./sse";

export type Connection = "connecting" | "live" | "reconnecting" | "refused";

export interface Listener {
  items: (items: Item[]) => void;
  connection: (state: Connection, why: string | null) => void;
}

/** The listener says that it lives every 15 seconds; where it does not, the connection is dead and nobody has told. */
const silenceMilliseconds = 40_000;
const firstWaitMilliseconds = 1000, longestWaitMilliseconds = 15_000;

/** Follows the feed from a place on until it is stopped, whatever becomes of the connection. */
export function follow(values: Values, after: string, listener: Listener): () => void {
  let isStopped = false;
  let place = after;
  let wait = firstWaitMilliseconds;
  let current = new AbortController();
  let wake = () => {};

  const take = (messages: SseMessage[]): boolean => {
    const items: Item[] = [];
    let isDropped = false;
    for (const message of messages) {
      if (message.id !== null) place = message.id;
      if (message.event === "payhook.skipped") items.push(gap());
      else if (message.event === "payhook.dropped") isDropped = true;
      else if (message.data !== "") items.push(arrived(JSON.parse(message.data) as EventRow));
    }
    if (items.length > 0) listener.items(items);
    return !isDropped;
  };

  const once = async (): Promise<void> => {
    current = new AbortController();
    const response = await fetchAnswer(url("/events/stream", { ...values, newest: 50, after: place }), {
      signal: current.signal, headers: { Accept: "text/event-stream" },
    });
    listener.connection("live", null);
    wait = firstWaitMilliseconds;
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new SseParser();
    for (;;) {
      const timer = setTimeout(() => current.abort(), silenceMilliseconds);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done || !take(parser.push(value))) return;
    }
  };

  const forever = async (): Promise<void> => {
    listener.connection("connecting", null);
    while (!isStopped) {
      let why = "The connection ended.";
      let pause = wait;
      try {
        await once();
      } catch (e) {
        if (isStopped) return;
        if (e instanceof ApiError) {
          why = e.message;
          pause = Math.max(pause, (e.retryAfterSeconds ?? 0) * 1000);
          if (e.status === 400 && place !== "now") place = "now"; // a restored database does not know the place
          else if (e.status >= 400 && e.status < 500 && e.status !== 429) {
            listener.connection("refused", why);
            return;
          }
        }
      } finally {
        current.abort();
      }
      if (isStopped) return;
      listener.connection("reconnecting", why);
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause);
      });
      wait = Math.min(wait * 2, longestWaitMilliseconds);
    }
  };

  void forever();
  return () => {
    isStopped = true;
    current.abort();
    wake();
  };
}

import { fetchAnswer } from "./client";
import type { ArrivedEvent } from "./types";

/** The data of the blocks that a text of server-sent events holds, and what is left of it. */
export function readBlocks(text: string): { blocks: { name: string; data: string }[]; rest: string } {
  const parts = text.split("\n\n");
  const rest = parts.pop()!;
  const blocks = parts.map((part) => {
    const lines = part.split("\n");
    const value = (field: string) => lines.find((l) => l.startsWith(`${field}: `))?.slice(field.length + 2) ?? "";
    return { name: value("event"), data: value("data") };
  });
  return { blocks: blocks.filter((b) => b.data !== ""), rest };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Tells of every event that comes. A browser's EventSource has to know the names of what it listens for, and those of
 * events are the providers'.
 */
export function followEvents(tell: (event: ArrivedEvent) => void, tellIsLive: (isLive: boolean) => void): () => void {
  const abort = new AbortController();
  const follow = async () => {
    const response = await fetchAnswer("/events/stream?newest=50", { signal: abort.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    tellIsLive(true);
    for (let text = ""; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const { blocks, rest } = readBlocks(text + value);
      text = rest;
      for (const b of blocks) if (!b.name.startsWith("payhook.")) tell(JSON.parse(b.data) as ArrivedEvent);
    }
  };
  void (async () => {
    while (!abort.signal.aborted) {
      try {
        await follow();
      } catch {
        // It is told as not live, and tried again.
      }
      if (abort.signal.aborted) return;
      tellIsLive(false);
      await pause(3000);
    }
  })();
  return () => abort.abort();
}

import { Button } from "../parts/Button";
import { Chip } from "../parts/Chip";
import type { Connection } from "./follow";

const words: Record<Connection, string> = {
  connecting: "Connecting", live: "Live", reconnecting: "Reconnecting", refused: "Not live",
};

/** Whether new events come by themselves, in a word, and the button that holds them back. */
export function LiveState({ connection, why, isPaused, onPause }:
  { connection: Connection; why: string | null; isPaused: boolean; onPause: () => void }) {
  const isLive = connection === "live";
  return (
    <>
      <span class="live" role="status" title={why ?? undefined}>
        {isPaused && isLive
          ? <Chip tone="warn" icon="pause">Paused</Chip>
          : <Chip tone={isLive ? "good" : connection === "refused" ? "bad" : "warn"}
              icon={isLive ? "activity" : connection === "refused" ? "alert" : "refresh"}>{words[connection]}</Chip>}
      </span>
      <Button icon={isPaused ? "play" : "pause"} onClick={onPause} title="Key: p">
        {isPaused ? "Resume" : "Pause"}
      </Button>
    </>
  );
}

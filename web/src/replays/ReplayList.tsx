import type { Replay } from "../api/types";
import { filterWords } from "./words";
import { ReplayProgress } from "./ReplayProgress";
import { Time } from "../parts/Time";

/** Replays, each with how far it is. */
export function ReplayList({ replays, without }: { replays: Replay[]; without?: "destination" }) {
  return (
    <ul class="replays">
      {replays.map((replay) => (
        <li key={replay.id}>
          <ReplayProgress id={replay.id} initial={replay}
            name={without ? `Replay ${replay.id}` : replay.destination ?? "a destination that was removed"} />
          <p class="hint">
            {filterWords(replay.filter)}
            {replay.rate_limit_per_second ? `, ${replay.rate_limit_per_second} a second at most` : ""}. By{" "}
            {replay.created_by}, <Time at={replay.created_at} />
          </p>
        </li>
      ))}
    </ul>
  );
}

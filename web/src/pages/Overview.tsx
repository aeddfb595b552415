import { useEffect, useState } from "preact/hooks";
import type { Destination, EventRow, SourceAnswer } from "../api/types";
import { isAnswered, useData, type Data } from "../api/useData";
import { Button } from "../parts/Button";
import { Page } from "../parts/Page";
import { Skeleton } from "../parts/States";
import { query, setQuery } from "../router";
import { Attention, useAttention } from "../overview/Attention";
import { Charts, type Range, ranges } from "../overview/Charts";
import { Counters } from "../overview/Counters";
import { DestinationStates, SourceStates } from "../overview/States";
import { Start } from "./Start";

/** How everything is; where no event has ever come, how to begin. */
export function Overview() {
  const sources = useData<SourceAnswer[]>("/sources", {}, 5);
  const areAllNew = sources.value?.every((s) => s.state === "new") ?? false;
  const events = useData<{ events: EventRow[] }>(areAllNew ? "/events" : null, { limit: 1 });
  // Decided once, so that the page does not go away under whoever sees the first event come.
  const [isFirstRun, setIsFirstRun] = useState<boolean | null>(null);
  useEffect(() => {
    if (isFirstRun !== null || (sources.value === null && sources.fault === null)) return;
    if (!areAllNew || events.fault) setIsFirstRun(false);
    else if (events.value) setIsFirstRun(events.value.events.length === 0);
  }, [isFirstRun, areAllNew, sources.value, sources.fault, events.value, events.fault]);

  if (isFirstRun) return <Start onLeave={() => setIsFirstRun(false)} />;
  return (
    <Page title="Overview" actions={<RangeChoice />}>
      {isFirstRun === null ? <Skeleton rows={8} /> : <Everything sources={sources} />}
    </Page>
  );
}

/** It appears once the parts are there whose height nobody knows before, so that nothing moves under a pointer. */
function Everything({ sources }: { sources: Data<SourceAnswer[]> }) {
  const attention = useAttention();
  const destinations = useData<Destination[]>("/destinations", {}, 5);
  const isReady = isAnswered(attention) && isAnswered(destinations);
  return (
    <>
      {!isReady && <Skeleton rows={8} />}
      <div class="stack" hidden={!isReady}>
        <Attention attention={attention} />
        <Counters />
        <div class="columns is-even">
          <SourceStates sources={sources} /><DestinationStates destinations={destinations} />
        </div>
        <Charts range={rangeOf()} />
      </div>
    </>
  );
}

const rangeOf = (): Range => ranges.find(([name]) => name === query.value.get("range"))?.[0] ?? "1h";

function RangeChoice() {
  return (
    <div class="segments" role="group" aria-label="Range of the charts">
      {ranges.map(([name, text]) => (
        <Button key={name} kind="quiet" aria-pressed={rangeOf() === name}
          onClick={() => setQuery({ range: name === "1h" ? null : name })}>{text}</Button>
      ))}
    </div>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { may } from "../api/session";
import type { EventRow } from "../api/types";
import { copyCurl } from "../events/copyCurl";
import { EventTable, hrefOf } from "../events/EventTable";
import { clearFilters, FilterBar } from "../events/FilterBar";
import { rowLimit, type Item } from "../events/feed";
import { LiveState } from "../events/LiveState";
import { filtersOf } from "../events/search";
import { useFeed, type LiveFeed } from "../events/useFeed";
import { count, plural } from "../format";
import { Button, ButtonLink } from "../parts/Button";
import { ExportMenu } from "../parts/ExportMenu";
import { Page } from "../parts/Page";
import { Empty, Fault, Skeleton } from "../parts/States";
import { tell } from "../parts/Toasts";
import { ReplayDialog } from "../replays/ReplayDialog";
import { go, query, to } from "../router";
import { useShortcuts } from "../shortcuts";

/** So many rows are drawn at first and at each end that is reached: a rush at the top then costs little to draw. */
const rowsDrawn = 200;

/** Whoever has scrolled down reads: nothing may move under their eyes. */
const isReadingBelow = () => scrollY > 120;

export function Events() {
  const filters = filtersOf(query.value);
  const [isPaused, setIsPaused] = useState(false);
  const paused = useRef(false);
  const live = useFeed(filters, () => paused.current || isReadingBelow());
  const pause = () => {
    paused.current = !paused.current;
    setIsPaused(paused.current);
    if (!paused.current && !isReadingBelow()) live.show();
  };
  useShortcuts([{ keys: "p", what: "Hold new events back, or let them in", act: pause }], []);
  return (
    <Page title="Events" actions={
      <>
        <LiveState connection={live.connection} why={live.why} isPaused={isPaused} onPause={pause} />
        <ExportMenu path="/events" values={filters} name="events" />
      </>
    }>
      <FilterBar filters={filters} />
      <Waiting live={live} isPaused={isPaused} onShow={() => {
        if (paused.current) pause();
        live.show();
        scrollTo({ top: 0 });
      }} />
      <List live={live} isFiltered={Object.keys(filters).length > 0} />
    </Page>
  );
}

function Waiting({ live, isPaused, onShow }: { live: LiveFeed; isPaused: boolean; onShow: () => void }) {
  const waiting = live.feed.waitingCount;
  useEffect(() => {
    // At the top again nothing is in the way of what has come.
    const onScroll = () => { if (waiting > 0 && !isPaused && !isReadingBelow()) live.show(); };
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, [waiting, isPaused]);
  if (waiting === 0) return null;
  return (
    <div class="waiting">
      <Button kind="primary" icon="chevronUp" onClick={onShow}>
        {`${plural(waiting, "new event")}: ${isPaused ? "resume" : "show"}`}
      </Button>
    </div>
  );
}

function List({ live, isFiltered }: { live: LiveFeed; isFiltered: boolean }) {
  const items = live.feed.shown;
  const [selected, setSelected] = useState<string | null>(null);
  const [replayed, setReplayed] = useState<EventRow | null>(null);
  useListKeys(items, selected, setReplayed);
  const [depth, setDepth] = useState(rowsDrawn);
  useEffect(() => {
    const onScroll = () => { if (!isReadingBelow()) setDepth(rowsDrawn); };
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, []);
  const isEmpty = items.length === 0;
  const hidden = items.length - depth;
  return (
    <>
      {live.fault && <Fault fault={live.fault} onRetry={live.reload} />}
      <section class="card flush" aria-label="Events" aria-busy={live.isLoading}>
        {isEmpty && live.isLoading && <div class="padded"><Skeleton rows={12} /></div>}
        {isEmpty && !live.isLoading && !live.fault && <NoEvents isFiltered={isFiltered} />}
        {!isEmpty && (
          <EventTable items={hidden > 0 ? items.slice(0, depth) : items} selected={selected} onSelect={setSelected} />
        )}
      </section>
      {!isEmpty && <Older live={live} more={hidden > 0 ? () => setDepth((d) => d + rowsDrawn) : null} />}
      <ReplayDialog values={replayed && { event_id: replayed.event_id }} onClose={() => setReplayed(null)} />
    </>
  );
}

function NoEvents({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty icon="search" title="No event matches">
        <Button icon="x" onClick={clearFilters}>Clear the filters</Button>
      </Empty>
    );
  return (
    <Empty icon="activity" title="No event has come yet">
      <p>Events appear here by themselves as soon as a provider sends one.</p>
      <ButtonLink href={to("/start")} kind="primary">Set up a provider</ButtonLink>
    </Empty>
  );
}

/** Older events are drawn, and then read, when the end of the list comes near. */
function Older({ live, more: drawMore }: { live: LiveFeed; more: (() => void) | null }) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(live.more);
  more.current = drawMore ?? live.more;
  const hasMore = drawMore !== null || (live.feed.next !== null && !live.isFull && !live.fault);
  useEffect(() => {
    if (!hasMore) return;
    const observer = new IntersectionObserver(
      (entries) => { if (entries.some((entry) => entry.isIntersecting)) more.current(); }, { rootMargin: "600px" });
    observer.observe(end.current!);
    return () => observer.disconnect();
  }, [hasMore, live.isLoading, drawMore === null]);
  return (
    <div class="list-end" ref={end}>
      {hasMore && <Button isBusy={live.isLoading} onClick={() => more.current()}>Load more</Button>}
      {!hasMore && live.isFull && live.feed.next !== null
        && <p class="quiet">{`${count(rowLimit)} events are shown. Filters or an export reach older ones.`}</p>}
      {!hasMore && live.feed.next === null && <p class="quiet">There are no older events</p>}
    </div>
  );
}

function useListKeys(items: Item[], selected: string | null, replay: (event: EventRow) => void): void {
  const current = useRef({ items, selected });
  current.current = { items, selected };
  const chosen = (): EventRow | null => {
    const item = current.current.items.find((i) => i.key === current.current.selected);
    if (item?.kind === "event") return item.event;
    tell("Choose an event first, with j and k");
    return null;
  };
  const move = (step: number) => {
    const events = current.current.items.filter((item) => item.kind === "event");
    const at = events.findIndex((item) => item.key === current.current.selected);
    const next = events[Math.max(0, Math.min(events.length - 1, at + step))];
    const link = next && document.querySelector<HTMLElement>(`tr[data-key="${next.key}"] .row-link`);
    link?.focus({ preventScroll: true });
    link?.closest("tr")?.scrollIntoView({ block: "nearest" });
  };
  useShortcuts(
    [
      { keys: "j", what: "Next event", act: () => move(1) },
      { keys: "k", what: "Event before", act: () => move(-1) },
      {
        keys: "o",
        what: "Open the event, as Enter does",
        act: () => {
          const event = chosen();
          if (event) go(hrefOf(event));
        },
      },
      {
        keys: "c",
        what: "Copy the event as a curl command",
        act: () => {
          const event = chosen();
          if (event) void copyCurl(event);
        },
      },
      ...(may("replay")
        ? [
            {
              keys: "r",
              what: "Replay the event",
              act: () => {
                const event = chosen();
                if (event) replay(event);
              },
            },
          ]
        : []),
    ],
    [],
  );
}

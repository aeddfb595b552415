import { useEffect, useState } from "preact/hooks";
import { useData, usePages } from "../api/useData";
import type { Delivery, DeliveryList, Destination } from "../api/types";
import { DeliveryTable } from "../deliveries/DeliveryTable";
import { failureNames } from "../deliveries/words";
import { words } from "../format";
import { Button, ButtonLink } from "../parts/Button";
import { Select } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { More } from "../parts/More";
import { Page } from "../parts/Page";
import { Empty, Fault, Skeleton } from "../parts/States";
import { query, setQuery, to } from "../router";

const filterNames = ["destination", "state", "failure", "event_id"] as const;
const states = ["pending", "delivered", "dead", "cancelled"];
const clear = () => setQuery(Object.fromEntries(filterNames.map((name) => [name, null])));

export function Deliveries() {
  const filters = Object.fromEntries(filterNames.map((name) => [name, query.value.get(name) ?? ""]));
  const isFiltered = Object.values(filters).some((value) => value !== "");
  const pages = usePages<DeliveryList, Delivery>("/deliveries", filters,
    (answer) => ({ items: answer.deliveries, next: answer.next }), "before");
  return (
    <Page title="Deliveries" note="What was handed on to destinations, the newest first"
      back={{ href: to("/destinations"), text: "Destinations" }}
      actions={<><ButtonLink href={to("/replays")} icon="rotate">Replays</ButtonLink>
        <Button icon="refresh" isBusy={pages.isLoading} onClick={pages.reload}>Refresh</Button></>}>
      <Filters filters={filters} isFiltered={isFiltered} />
      {pages.fault && <Fault fault={pages.fault} onRetry={pages.reload} />}
      <section class="card flush" aria-label="Deliveries" aria-busy={pages.isLoading}>
        {pages.items.length > 0 && <DeliveryTable deliveries={pages.items} onChange={pages.reload} />}
        {pages.items.length === 0 && pages.isLoading && <div class="padded"><Skeleton rows={10} /></div>}
        {pages.items.length === 0 && !pages.isLoading && !pages.fault && (
          <Empty icon="send" title={isFiltered ? "No delivery matches" : "Nothing was handed on yet"}>
            {isFiltered ? <Button icon="x" onClick={clear}>Clear the filters</Button>
              : <>Add <a href={to("/destinations")}>a destination</a>, and it gets the events that come.</>}
          </Empty>
        )}
        {pages.items.length > 0 && <More pages={pages} noun="deliveries" />}
      </section>
    </Page>
  );
}

function Filters({ filters, isFiltered }: { filters: Record<string, string>; isFiltered: boolean }) {
  const destinations = useData<Destination[]>("/destinations").value ?? [];
  const names = destinations.map((d) => d.name);
  if (filters.destination && !names.includes(filters.destination)) names.push(filters.destination);
  const plain = (list: readonly string[]) => list.map((value): [string, string] => [value, words(value)]);
  return (
    <div class="filters list-filters">
      <EventLine value={filters.event_id!} />
      <Select
        label="Destination"
        isCompact
        value={filters.destination!}
        options={[["", "All"], ...names.map((n): [string, string] => [n, n])]}
        onChange={(destination) => setQuery({ destination })}
      />
      <Select
        label="State"
        isCompact
        value={filters.state!}
        options={[["", "All"], ...plain(states)]}
        onChange={(state) => setQuery({ state })}
      />
      <Select
        label="Last failure"
        isCompact
        value={filters.failure!}
        options={[["", "All"], ...failureNames]}
        onChange={(failure) => setQuery({ failure })}
      />
      {isFiltered && (
        <Button kind="quiet" icon="x" onClick={clear}>
          Clear
        </Button>
      )}
    </div>
  );
}

function EventLine({ value }: { value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const submit = (event: Event) => { event.preventDefault(); setQuery({ event_id: text.trim() }); };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <Icon name="search" />
      <input
        type="search"
        value={text}
        aria-label="Event id"
        placeholder="Event id"
        spellcheck={false}
        autocapitalize="off"
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

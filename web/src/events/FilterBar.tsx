import { useEffect, useRef, useState } from "preact/hooks";
import { useData } from "../api/useData";
import type { SourceAnswer } from "../api/types";
import { Button } from "../parts/Button";
import { Check, Select } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { tell, tellFault } from "../parts/Toasts";
import { setQuery } from "../router";
import { useShortcuts } from "../shortcuts";
import { lookUp } from "./lookUp";
import { filterNames, parseSearch, searchOf, type EventFilters } from "./search";
import { TimeRange } from "./TimeRange";

const clearing = Object.fromEntries(filterNames.map((name) => [name, null]));
export const clearFilters = () => setQuery(clearing);

/** One line to type filters or an id into, and menus for the common ones. */
export function FilterBar({ filters }: { filters: EventFilters }) {
  const isFiltered = Object.keys(filters).length > 0;
  useShortcuts([{ keys: "x", what: "Clear the filters", act: clearFilters }], []);
  return (
    <div class="filters event-filters">
      <SearchLine filters={filters} />
      <TypeMenu value={filters.type ?? ""} />
      <SourceMenu filters={filters} />
      <TimeRange from={filters.received_from} until={filters.received_to} onChange={setQuery} />
      <Check label="Conflicts only" checked={filters.conflict === "true"}
        onChange={(isOn) => setQuery({ conflict: isOn ? "true" : null })} />
      {isFiltered && <Button kind="quiet" icon="x" title="Key: x" onClick={clearFilters}>Clear</Button>}
    </div>
  );
}

function SearchLine({ filters }: { filters: EventFilters }) {
  const written = searchOf(filters);
  const [text, setText] = useState(written);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(written), [written]);
  useShortcuts([{ keys: "/", what: "Search", act: () => input.current?.select() }], []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const { filters: typed, bare } = parseSearch(text);
    if (bare.length === 0) {
      setQuery({ ...clearing, ...typed });
      return;
    }
    try {
      const id = bare.join(" ");
      if (!(await lookUp(id))) tell(`No event and no payment has the id ${id}`, true);
    } catch (e) {
      tellFault(e);
    }
  };
  return (
    <form class="search" role="search" onSubmit={(event) => void submit(event)}>
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        value={text}
        aria-label="Search events"
        placeholder="An id, or type:payment.* source:stripe"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        aria-describedby="search-hint"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <span class="visually-hidden" id="search-hint">
        An event id, a payment id, or filters: type, source, provider, payment, event, from, to, conflict. Then Enter.
      </span>
    </form>
  );
}

interface TypeStats { totals: { groups?: { type: string | null; count: number }[] } }

/** The types of the last day, the most frequent first, and the families that they belong to. */
function TypeMenu({ value }: { value: string }) {
  const stats = useData<TypeStats>("/stats", { group_by: "type", bucket: "hour" });
  const groups = [...(stats.value?.totals.groups ?? [])].sort((a, b) => b.count - a.count);
  const types = groups.map((g) => g.type).filter((t): t is string => t !== null && t !== "other").slice(0, 25);
  const families = [...new Set(types.filter((t) => t.includes(".")).map((t) => `${t.split(".")[0]}.*`))];
  const known = [...families.sort(), ...types.sort()];
  const options: [string, string][] = [["", "All"], ...known.map((t): [string, string] => [t, t])];
  if (value && !known.includes(value)) options.push([value, value]);
  return <Select label="Type" isCompact value={value} options={options} onChange={(type) => setQuery({ type })} />;
}

function SourceMenu({ filters }: { filters: EventFilters }) {
  const sources = useData<SourceAnswer[]>("/sources").value ?? [];
  const value = filters.source ? `source:${filters.source}` : filters.provider ? `provider:${filters.provider}` : "";
  const options: [string, string][] = [
    ["", "All"],
    ...sources.map((s): [string, string] => [`source:${s.name}`, s.name]),
  ];
  const several = sources.filter((s, i) => sources.findIndex((o) => o.provider === s.provider) < i);
  for (const [provider, name] of new Map(several.map((s) => [s.provider, s.provider_name])))
    options.push([`provider:${provider}`, `All of ${name}`]);
  if (value && !options.some(([known]) => known === value)) options.push([value, value.slice(value.indexOf(":") + 1)]);
  const choose = (chosen: string) => setQuery({
    source: chosen.startsWith("source:") ? chosen.slice(7) : null,
    provider: chosen.startsWith("provider:") ? chosen.slice(9) : null,
  });
  return <Select label="Source" isCompact value={value} options={options} onChange={choose} />;
}

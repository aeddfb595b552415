import { useRef } from "preact/hooks";
import type { SourceAnswer } from "../api/types";
import { useData } from "../api/useData";
import { words } from "../format";
import { Button } from "../parts/Button";
import { Field, Select } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { useTyped } from "../parts/useTyped";
import { query, setQuery } from "../router";
import { useShortcuts } from "../shortcuts";
import { filterNames, fromMinor, fromMoment, statuses, toggled, toMinor, toMoment } from "./filters";

const valueOf = (name: string): string => query.value.get(name) ?? "";

export function Filters() {
  const isFiltered = filterNames.some((name) => name !== "sort" && query.value.get(name));
  const isMoreOpen = ["currency", "amount_min", "amount_max", "mode", "last_event_from", "last_event_to"].some(valueOf);
  return (
    <div class="payment-filters">
      <div class="filters">
        <Search />
        <Sources />
        <Select label="Sort" isCompact value={valueOf("sort")} onChange={(sort) => setQuery({ sort })}
          options={[["", "Latest event first"], ["last_event_at", "Latest event last"]]} />
        {isFiltered && (
          <Button kind="quiet" icon="x"
            onClick={() => setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))}>Clear</Button>
        )}
      </div>
      <Statuses />
      <details class="more-filters" open={isMoreOpen}>
        <summary>Amount, currency, mode and time</summary>
        <MoreFilters />
      </details>
    </div>
  );
}

function Search() {
  const input = useRef<HTMLInputElement>(null);
  const [typed, type] = useTyped(valueOf("text"), (text) => setQuery({ text }));
  useShortcuts([{ keys: "/", what: "Search", act: () => input.current?.focus() }], []);
  return (
    <div class="search">
      <Icon name="search" />
      <input ref={input} type="search" aria-label="Search payments"
        placeholder="Id, order, reference or e-mail, exactly" value={typed} spellcheck={false}
        onInput={(event) => type(event.currentTarget.value)} />
    </div>
  );
}

function Sources() {
  const sources = useData<SourceAnswer[]>("/sources").value ?? [];
  const providers = new Map(sources.map((s) => [s.provider, s.provider_name]));
  return (
    <>
      <Select label="Provider" isCompact value={valueOf("provider")} onChange={(provider) => setQuery({ provider })}
        options={[["", "All"], ...providers]} />
      {sources.length > providers.size && (
        <Select label="Source" isCompact value={valueOf("source")} onChange={(source) => setQuery({ source })}
          options={[["", "All"], ...sources.map((s) => [s.name, s.name] as const)]} />
      )}
    </>
  );
}

function Statuses() {
  const chosen = valueOf("status").split(",");
  return (
    <div class="toggles is-scrolled" role="group" aria-label="Status">
      {statuses.map((status) => (
        <button key={status} type="button" class="toggle" aria-pressed={chosen.includes(status)}
          onClick={() => setQuery({ status: toggled(query.value.get("status"), status) })}>{words(status)}</button>
      ))}
    </div>
  );
}

const modes = [["", "All"], ["live", "Live"], ["test", "Test"], ["unknown", "Unknown"], ["mixed", "Mixed"]] as const;

function MoreFilters() {
  const currency = valueOf("currency");
  const [typed, type] = useTyped(currency, (value) => setQuery({
    currency: value.toUpperCase(), ...(value ? {} : { amount_min: null, amount_max: null }),
  }));
  return (
    <div class="filter-fields">
      <Field label="Currency" value={typed} onInput={type} placeholder="EUR" />
      <Amount label="Amount from" name="amount_min" currency={currency} />
      <Amount label="Amount to" name="amount_max" currency={currency} />
      <Select label="Mode" value={valueOf("mode")} onChange={(mode) => setQuery({ mode })} options={modes} />
      <Field label="Last event from" type="datetime-local" value={fromMoment(valueOf("last_event_from"))}
        onInput={(value) => setQuery({ last_event_from: toMoment(value) })} />
      <Field label="Last event before" type="datetime-local" value={fromMoment(valueOf("last_event_to"))}
        onInput={(value) => setQuery({ last_event_to: toMoment(value) })} />
    </div>
  );
}

/** Amounts of two currencies cannot be compared, so an amount takes a currency. */
function Amount({ label, name, currency }: { label: string; name: "amount_min" | "amount_max"; currency: string }) {
  const [typed, type] = useTyped(fromMinor(query.value.get(name), currency),
    (value) => setQuery({ [name]: toMinor(value, currency) }));
  return (
    <Field label={label} value={typed} onInput={type} isDisabled={!currency}
      placeholder={currency ? "" : "Give a currency"} />
  );
}

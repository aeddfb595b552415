import { useData } from "../api/useData";
import type { SourceAnswer } from "../api/types";
import { words } from "../format";
import { Check, Field, Select } from "../parts/Field";
import type { PartProps } from "./FormParts";

const statuses = [
  "captured",
  "authorized",
  "failed",
  "refunded",
  "partially_refunded",
  "disputed",
  "voided",
  "pending",
  "created",
  "partially_captured",
  "dispute_lost",
];
const operators: [string, string][] = [
  ["=", "="],
  ["!=", "≠"],
  [">", ">"],
  [">=", "≥"],
  ["<", "<"],
  ["<=", "≤"],
  ["exists", "exists"],
];

/** All that is filled in must let an event pass; what is empty lets everything. */
export function WhichEvents({ form, set }: PartProps) {
  const sources = useData<SourceAnswer[]>("/sources").value ?? [];
  const toggle = (status: string, isOn: boolean) =>
    set({ statuses: isOn ? [...form.statuses, status] : form.statuses.filter((s) => s !== status) });
  const known = (list: string[]) => list.length > 0 ? `Known: ${[...new Set(list)].join(", ")}` : undefined;
  return (
    <>
      <Field
        label="Types"
        value={form.types}
        onInput={(types) => set({ types })}
        isMono
        placeholder="payment.*, refund.*"
        hint="Separated by commas; * stands for any characters. Empty: all."
      />
      <div class="pair">
        <Field
          label="Sources"
          value={form.sources}
          onInput={(s) => set({ sources: s })}
          isMono
          hint={known(sources.map((s) => s.name))}
        />
        <Field
          label="Providers"
          value={form.providers}
          onInput={(providers) => set({ providers })}
          isMono
          hint={known(sources.map((s) => s.provider))}
        />
      </div>
      <fieldset>
        <legend>What an event says of its payment</legend>
        <div class="ticks">
          {statuses.map((status) => (
            <Check
              key={status}
              label={words(status)}
              checked={form.statuses.includes(status)}
              onChange={(isOn) => toggle(status, isOn)}
            />
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>A place in the body</legend>
        <div class="where">
          <Field
            label="Path"
            value={form.wherePath}
            onInput={(wherePath) => set({ wherePath })}
            isMono
            placeholder="data.object.amount"
          />
          <Select
            label="Is"
            value={form.whereOperator}
            options={operators}
            onChange={(whereOperator) => set({ whereOperator })}
          />
          <Field
            label="Value"
            value={form.whereValue}
            onInput={(whereValue) => set({ whereValue })}
            isMono
            isDisabled={form.whereOperator === "exists"}
          />
        </div>
      </fieldset>
    </>
  );
}

import { useState } from "preact/hooks";
import { moment } from "../format";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Field, Select } from "../parts/Field";

const spans: [minutes: string, text: string][] = [
  ["15", "Last 15 minutes"], ["60", "Last hour"], ["1440", "Last 24 hours"], ["10080", "Last 7 days"],
];

type Change = (changes: { received_from: string | null; received_to: string | null }) => void;

const iso = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "Z");
/** What the browser's own field holds: the viewer's zone, without saying so. */
const local = (at: string | undefined): string => {
  const date = at ? new Date(at) : null;
  if (!date || Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
const told = (from?: string, until?: string): string => {
  const at = (text: string) => Number.isNaN(Date.parse(text)) ? text : moment(new Date(text));
  return from && until ? `${at(from)} to ${at(until)}` : from ? `Since ${at(from)}` : `Until ${at(until!)}`;
};

/** When events were received: a usual span, or one of one's own. */
export function TimeRange({ from, until, onChange }: { from?: string; until?: string; onChange: Change }) {
  const [isOpen, setIsOpen] = useState(false);
  const isSet = Boolean(from || until);
  const options: [string, string][] = [["", "Any time"], ...spans, ["own", "From … to …"]];
  if (isSet) options.unshift(["set", told(from, until)]);
  const choose = (value: string) => {
    if (value === "own") setIsOpen(true);
    else if (value === "") onChange({ received_from: null, received_to: null });
    else if (value !== "set")
      onChange({ received_from: iso(new Date(Date.now() - Number(value) * 60_000)), received_to: null });
  };
  return (
    <>
      <Select
        key={String(isOpen)}
        label="Time"
        isCompact
        value={isSet ? "set" : ""}
        options={options}
        onChange={choose}
      />
      <Dialog title="Received" isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <OwnRange from={from} until={until} onChange={(range) => { onChange(range); setIsOpen(false); }} />
      </Dialog>
    </>
  );
}

function OwnRange({ from, until, onChange }: { from?: string; until?: string; onChange: Change }) {
  const [first, setFirst] = useState(local(from));
  const [last, setLast] = useState(local(until));
  const isTurned = first !== "" && last !== "" && first >= last;
  const apply = (event: Event) => {
    event.preventDefault();
    if (!isTurned)
      onChange({ received_from: first ? iso(new Date(first)) : null, received_to: last ? iso(new Date(last)) : null });
  };
  return (
    <form class="stack" onSubmit={apply}>
      <Field
        label="At this time or later"
        type="datetime-local"
        value={first}
        onInput={setFirst}
        hint="In your time zone"
      />
      <Field
        label="Before this time"
        type="datetime-local"
        value={last}
        onInput={setLast}
        fault={isTurned ? "This is not after the first time" : null}
      />
      <footer class="dialog-actions">
        <Button kind="primary" type="submit">
          Show these
        </Button>
      </footer>
    </form>
  );
}

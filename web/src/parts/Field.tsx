import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  fault?: string | null;
  type?: "text" | "password" | "number" | "url" | "datetime-local" | "search";
  placeholder?: string;
  autocomplete?: string;
  /** The first thing to type in of a dialog. */
  autofocus?: boolean;
  isRequired?: boolean;
  isDisabled?: boolean;
  isMono?: boolean;
  min?: number;
  max?: number;
}

/** A line to type in, with its name, a hint and what is wrong with it. */
export function Field({ label, value, onInput, hint, fault, isRequired, isDisabled, isMono, ...more }: Props) {
  const id = useId();
  const told = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id} class={isMono ? "mono" : undefined} value={value} required={isRequired} disabled={isDisabled}
        aria-describedby={told} aria-invalid={fault ? true : undefined} spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)} {...(more as object)}
      />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {fault && <p class="field-fault" id={`${id}-fault`}>{fault}</p>}
    </div>
  );
}

/** One of several. */
export function Select({ label, value, options, onChange, isCompact, isDisabled }: {
  label: string; value: string; options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void; isCompact?: boolean; isDisabled?: boolean;
}) {
  const id = useId();
  return (
    <div class={isCompact ? "field compact" : "field"}>
      <label for={id}>{label}</label>
      <select id={id} value={value} disabled={isDisabled} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([option, text]) => <option key={option} value={option}>{text}</option>)}
      </select>
    </div>
  );
}

/** Yes or no. */
export function Check({ label, checked, onChange, hint }:
  { label: string; checked: boolean; onChange: (checked: boolean) => void; hint?: string }) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <label for={id}>{label}{hint && <span class="hint">{hint}</span>}</label>
    </div>
  );
}

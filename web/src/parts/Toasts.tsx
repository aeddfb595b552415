import { signal } from "@preact/signals";
import { ApiError } from "../api/client";
import { Icon } from "./Icon";

interface Toast { id: number; text: string; isFault: boolean }

const toasts = signal<Toast[]>([]);
let latest = 0;

/** Says what came of an act. */
export function tell(text: string, isFault = false): void {
  const id = ++latest;
  toasts.value = [...toasts.value.slice(-2), { id, text, isFault }];
  setTimeout(() => { toasts.value = toasts.value.filter((t) => t.id !== id); }, isFault ? 10_000 : 5_000);
}

export const tellFault = (fault: unknown): void =>
  tell(fault instanceof ApiError ? fault.message : (fault as Error).message, true);

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast${toast.isFault ? " bad" : ""}`}>
          <Icon name={toast.isFault ? "alert" : "check"} />
          <span>{toast.text}</span>
        </div>
      ))}
    </div>
  );
}

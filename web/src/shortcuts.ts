import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";

export interface Shortcut { keys: string; what: string; act: () => void }

/** What can be typed on the page that is shown, for the help. */
export const shortcuts = signal<readonly Shortcut[]>([]);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

let pending = "";
let pendingTimer = 0;

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") (event.target as HTMLElement).blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  // What has the focus is pressed by these itself.
  if (/^( |Enter)$/.test(event.key) && (event.target as Element).closest?.("a, button, summary")) return;
  const typed = pending + event.key;
  const all = shortcuts.value;
  const found = all.find((s) => s.keys === typed) ?? all.find((s) => s.keys === event.key);
  clearTimeout(pendingTimer);
  pending = "";
  if (found) {
    event.preventDefault();
    found.act();
  } else if (all.some((s) => s.keys.length > 1 && s.keys.startsWith(event.key))) {
    pending = event.key;
    pendingTimer = window.setTimeout(() => { pending = ""; }, 1000);
  }
}

addEventListener("keydown", onKey);

/** Keys that do something while a part of the page is shown. Two letters, such as `ge`, are typed one after another. */
export function useShortcuts(list: readonly Shortcut[], inputs: readonly unknown[]): void {
  useEffect(() => {
    shortcuts.value = [...shortcuts.value, ...list];
    return () => { shortcuts.value = shortcuts.value.filter((s) => !list.includes(s)); };
  }, inputs);
}

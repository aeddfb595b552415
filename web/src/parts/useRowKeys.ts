import { useRef } from "preact/hooks";
import { useShortcuts } from "../shortcuts";

/** j and k move the focus along the rows' links, so that Enter and screen readers need nothing more; o opens one. */
export function useRowKeys<T extends HTMLElement>() {
  const root = useRef<T>(null);
  const rows = () => [...(root.current?.querySelectorAll<HTMLAnchorElement>("a.row-link") ?? [])];
  const current = (all: HTMLAnchorElement[]) =>
    all.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  const move = (by: number) => {
    const all = rows();
    const next = all[Math.min(all.length - 1, Math.max(0, current(all) + by))];
    next?.focus({ preventScroll: true });
    next?.closest("tr")?.scrollIntoView({ block: "nearest" });
  };
  useShortcuts([
    { keys: "j", what: "Next row", act: () => move(1) },
    { keys: "k", what: "Row before", act: () => move(-1) },
    { keys: "o", what: "Open the row", act: () => { const all = rows(); all[current(all)]?.click(); } },
  ], []);
  return root;
}

/** A click anywhere in a row opens it, but not one on something in it, nor one that marks text. */
export function openRow(event: MouseEvent): void {
  if ((event.target as Element).closest("a, button, input, label") || getSelection()?.toString()) return;
  (event.currentTarget as Element).querySelector<HTMLAnchorElement>("a.row-link")?.dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
}

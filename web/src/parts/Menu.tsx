import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon";

/** A few acts behind one button. It closes when one is chosen, at Escape, and when something else is pressed. */
export function Menu({ label, icon, isIconOnly, children }:
  { label: string; icon: IconName; isIconOnly?: boolean; children: ComponentChildren }) {
  const root = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const isInside = root.current?.contains(event.target as Node);
      if (root.current?.open && (!isInside || (event as KeyboardEvent).key === "Escape")) root.current.open = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  return (
    <details class="menu" ref={root}>
      <summary
        class={isIconOnly ? "button only-icon" : "button"}
        aria-label={isIconOnly ? label : undefined}
        title={label}
      >
        <Icon name={icon} />
        {!isIconOnly && <><span>{label}</span><Icon name="chevronDown" size={14} /></>}
      </summary>
      <div class="menu-items" onClick={() => { if (root.current) root.current.open = false; }}>{children}</div>
    </details>
  );
}

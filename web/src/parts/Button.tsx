import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

interface Props {
  children?: ComponentChildren;
  icon?: IconName;
  /** Names a button that shows only its icon. */
  label?: string;
  kind?: "primary" | "plain" | "quiet" | "danger";
  isBusy?: boolean;
  disabled?: boolean;
  /** Why it is disabled, or what it does. */
  title?: string;
  type?: "button" | "submit";
  onClick?: (event: MouseEvent) => void;
  [attribute: `aria-${string}` | `data-${string}`]: string | boolean | undefined;
  id?: string;
  popovertarget?: string;
}

/** A button. One that is busy keeps its width and its focus, and takes no second click. */
export function Button({ children, icon, label, kind = "plain", isBusy, onClick, type = "button", ...more }: Props) {
  return (
    <button
      type={type} class={`button ${kind}${children ? "" : " only-icon"}`} aria-label={label}
      title={more.title ?? label} aria-busy={isBusy || undefined}
      onClick={(event) => { if (!isBusy) onClick?.(event); }} {...(more as object)}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  );
}

/** A link that looks like a button, since it leads to another page. */
export function ButtonLink({ href, icon, kind = "plain", children }:
  { href: string; icon?: IconName; kind?: Props["kind"]; children: ComponentChildren }) {
  return (
    <a class={`button ${kind}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

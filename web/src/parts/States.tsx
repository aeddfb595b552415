import type { ComponentChildren } from "preact";
import type { ApiError } from "../api/client";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";

/** Nothing is here, why, and what to do about it. */
export function Empty({ icon = "info", title, children }:
  { icon?: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-icon"><Icon name={icon} size={24} /></span>
      <p class="empty-title">{title}</p>
      {children && <div class="empty-text">{children}</div>}
    </div>
  );
}

/** What was asked for could not be had. */
export function Fault({ fault, onRetry }: { fault: ApiError; onRetry?: () => void }) {
  return (
    <div class="fault" role="alert">
      <Icon name="alert" />
      <p>{fault.message}</p>
      {onRetry && <Button kind="quiet" icon="refresh" onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Takes the place of rows that are on their way, so that nothing moves when they come. */
export function Skeleton({ rows = 6, height = 40 }: { rows?: number; height?: number }) {
  return (
    <div class="skeleton" aria-hidden="true" style={{ minHeight: `${rows * height}px` }}>
      {Array.from({ length: rows }, (_, i) => <span key={i} style={{ height: `${height - 18}px` }} />)}
    </div>
  );
}

/** Loading, a fault, or what was asked for: one of the three. */
export function Loaded<T>({ value, fault, onRetry, rows, children }: {
  value: T | null; fault: ApiError | null; onRetry?: () => void; rows?: number;
  children: (value: T) => ComponentChildren;
}) {
  return (
    <>
      {fault && <Fault fault={fault} onRetry={onRetry} />}
      {value !== null ? children(value) : !fault && <Skeleton rows={rows} />}
    </>
  );
}

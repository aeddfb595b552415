import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

/** A page: its title, what can be done on it, and its content. The title names the browser's tab too. */
export function Page({ title, back, actions, children, note }: {
  title: string; back?: { href: string; text: string }; actions?: ComponentChildren; note?: ComponentChildren;
  children: ComponentChildren;
}) {
  useEffect(() => { document.title = `${title} · Payhook`; }, [title]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          {back && <a class="back" href={back.href}>← {back.text}</a>}
          <h1>{title}</h1>
          {note && <div class="page-note">{note}</div>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

/** A part of a page with a heading of its own. */
export function Card({ title, actions, children, isFlush }:
  { title?: string; actions?: ComponentChildren; children: ComponentChildren; isFlush?: boolean }) {
  return (
    <section class={isFlush ? "card flush" : "card"}>
      {title && (
        <header class="card-head">
          <h2>{title}</h2>
          {actions && <div class="card-actions">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Names and values, one under another. */
export function Facts({ rows }: { rows: ([string, ComponentChildren] | null | false | undefined)[] }) {
  return (
    <dl class="facts">
      {rows.filter((row): row is [string, ComponentChildren] => !!row).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value ?? "–"}</dd></div>
      ))}
    </dl>
  );
}

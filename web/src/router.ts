import { computed, signal } from "@preact/signals";

/** The address of the page: the path tells which page, the query its filters, so that every view can be linked to. */
const address = signal({ path: location.pathname, query: location.search, hash: location.hash });

export const base = "/dashboard";

/** The path within the dashboard: "/" is the overview. */
export const path = computed(() => {
  const whole = address.value.path;
  const inside = whole.startsWith(base) ? whole.slice(base.length) : whole;
  return inside.length > 1 ? inside.replace(/\/+$/, "") : "/";
});

export const query = computed(() => new URLSearchParams(address.value.query));
export const hash = computed(() => address.value.hash);

/** The address of a page: `to("/events", { type: "payment.*" })`; empty values are left out. */
export function to(inside: string, values: Record<string, string | number | null | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return (inside === "/" ? "/" : base + inside) + (text ? `?${text}` : "");
}

export const toEvent = (id: string) => to(`/events/${encodeURIComponent(id)}`);
export const toPayment = (id: string) => to(`/payments/${encodeURIComponent(id)}`);
export const toDestination = (name: string) => to(`/destinations/${encodeURIComponent(name)}`);

/** Goes to a page. A replaced one leaves no step to go back to: filters that are typed, for one. */
export function go(url: string, { replaces = false, keepsScroll = false } = {}): void {
  if (url === location.pathname + location.search + location.hash) return;
  history[replaces ? "replaceState" : "pushState"](null, "", url);
  read();
  if (!keepsScroll && !replaces) scrollTo(0, 0);
}

/** Changes filters in the address; an empty value removes one. */
export function setQuery(changes: Record<string, string | null | undefined>): void {
  const next = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  go(location.pathname + (text ? `?${text}` : ""), { replaces: true });
}

function read(): void {
  address.value = { path: location.pathname, query: location.search, hash: location.hash };
}

/** Links of the dashboard change the address without loading the page anew; all others are the browser's. */
function follow(event: MouseEvent): void {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!isPlain || event.defaultPrevented || !link || link.target || link.hasAttribute("download")) return;
  const url = new URL(link.href, location.href);
  const isOurs = url.origin === location.origin && (url.pathname === "/" || url.pathname.startsWith(`${base}/`));
  if (!isOurs || (url.pathname === location.pathname && url.search === location.search && url.hash)) return;
  event.preventDefault();
  go(url.pathname + url.search + url.hash);
}

addEventListener("popstate", read);
addEventListener("hashchange", read);
document.addEventListener("click", follow);

import { words } from "../format";

/** Which events a replay sends, in a line. */
export function filterWords(filter: Record<string, unknown>): string {
  const parts = Object.entries(filter).filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => `${words(name).toLowerCase()} ${Array.isArray(value) ? value.join(", ") : String(value)}`);
  return parts.length === 0 ? "All events" : `Events with ${parts.join("; ")}`;
}

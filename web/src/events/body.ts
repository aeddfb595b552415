import type { StoredBody } from "../api/types";
import { parseJson, pretty, type JsonNode } from "./json";

/** The body as JSON: of the text as received, since that has the digits; masked ones have no text. */
export function nodeOf(stored: StoredBody): JsonNode | null {
  if (typeof stored.body === "string") return parseJson(stored.body);
  return stored.payload === undefined || stored.payload === null ? null : parseJson(JSON.stringify(stored.payload));
}

/** What is compared: JSON a value a line, anything else as it is. */
export function textOf(stored: StoredBody): string | null {
  const node = nodeOf(stored);
  return node ? pretty(node) : stored.body ?? null;
}

export const byteCount = (stored: StoredBody): number | null =>
  typeof stored.body === "string" ? new TextEncoder().encode(stored.body).length
    : stored.body_base64 !== undefined ? atob(stored.body_base64).length : null;

import type { RawEvent } from "../api/types";

/** A longer argument is refused by the system; printf is part of the shell and knows no such limit. */
const argumentLimitBytes = 100_000;

/** Headers that curl makes itself, of the connection and the length. */
const ofTheConnection = new Set(["content-length", "host", "connection", "transfer-encoding", "expect"]);

/** A text as one word of a shell, whatever is in it. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The command that sends the request again, byte for byte, with its signature. The body stands in it as text where
 * every shell takes it unchanged, else as Base64.
 */
export function curlOf(raw: RawEvent, origin: string): string {
  const target = `${origin}/webhook/${encodeURIComponent(raw.source)}`;
  const text = plainText(raw.body_base64);
  const lines = text === null
    ? [`printf %s ${shellQuote(raw.body_base64)} | base64 -d | curl --data-binary @-`]
    : [`curl --data-raw ${shellQuote(text)}`];
  const names = Object.keys(raw.headers).filter((name) => !ofTheConnection.has(name.toLowerCase()));
  for (const name of names) lines.push(`-H ${shellQuote(header(name, raw.headers[name]!))}`);
  // Without one curl would call every body a form.
  if (!names.some((name) => name.toLowerCase() === "content-type")) lines.push("-H 'Content-Type:'");
  lines.push(shellQuote(target));
  return lines.join(" \\\n  ");
}

/** curl takes `Name:` for a header to leave out and `Name;` for one that is empty; a line end would begin another. */
function header(name: string, value: string): string {
  const line = value.replaceAll(/[\r\n]+/g, " ").trim();
  return line === "" ? `${name};` : `${name}: ${line}`;
}

function plainText(base64: string): string | null {
  const bytes = atob(base64);
  return bytes.length > 0 && bytes.length <= argumentLimitBytes && /^[\x20-\x7e]+$/.test(bytes) ? bytes : null;
}

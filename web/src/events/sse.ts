export interface SseMessage { id: string | null; event: string; data: string }

/**
 * Reads server-sent events out of a stream that comes in pieces. The browser's own EventSource hands on only events
 * whose names are known beforehand, and here an event is named by its type.
 */
export class SseParser {
  #rest = "";
  #id: string | null = null;
  #event = "";
  #data: string[] = [];
  #isTouched = false;

  push(text: string): SseMessage[] {
    const found: SseMessage[] = [];
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line !== "") {
        this.#read(line);
        continue;
      }
      if (this.#isTouched) found.push({ id: this.#id, event: this.#event, data: this.#data.join("\n") });
      this.#event = "";
      this.#data = [];
      this.#isTouched = false;
    }
    return found;
  }

  #read(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: the connection lives
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "id") this.#id = value;
    else if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    else return;
    this.#isTouched = true;
  }
}

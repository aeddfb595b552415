/** JSON as it is written: numbers keep their digits and objects the order and the repetition of their names. */
export type JsonNode =
  | { kind: "object"; members: [name: string, value: JsonNode][] }
  | { kind: "array"; items: JsonNode[] }
  | { kind: "string"; value: string }
  | { kind: "number"; text: string }
  | { kind: "word"; text: string };

/** Null where it is not JSON. */
export function parseJson(text: string): JsonNode | null {
  try {
    return new Parser(text).whole();
  } catch {
    return null; // a fault in it, or deeper than the stack
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const wordPattern = /true|false|null/y;
const spacePattern = /[ \t\r\n]*/y;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) { this.#text = text; }

  whole(): JsonNode {
    const node = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw new SyntaxError();
    return node;
  }

  #value(): JsonNode {
    this.#space();
    switch (this.#text[this.#at]) {
      case "{": return this.#object();
      case "[": return this.#array();
      case "\"": return { kind: "string", value: this.#string() };
      case "t": case "f": case "n": return { kind: "word", text: this.#match(wordPattern) };
      default: return { kind: "number", text: this.#match(numberPattern) };
    }
  }

  #object(): JsonNode {
    const members: [string, JsonNode][] = [];
    this.#list("}", () => {
      this.#space();
      const name = this.#string();
      this.#space();
      if (this.#text[this.#at++] !== ":") throw new SyntaxError();
      members.push([name, this.#value()]);
    });
    return { kind: "object", members };
  }

  #array(): JsonNode {
    const items: JsonNode[] = [];
    this.#list("]", () => { items.push(this.#value()); });
    return { kind: "array", items };
  }

  #list(end: string, readOne: () => void): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      readOne();
      this.#space();
      const next = this.#text[this.#at++];
      if (next === end) return;
      if (next !== ",") throw new SyntaxError();
    }
  }

  #string(): string { return JSON.parse(this.#match(stringPattern)) as string; }

  #space(): void { this.#match(spacePattern); }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) throw new SyntaxError();
    this.#at = pattern.lastIndex;
    return found[0];
  }
}

/** One value in a line, as JSON spells it. */
export const leafText = (node: JsonNode): string =>
  node.kind === "string" ? JSON.stringify(node.value) : node.kind === "number" || node.kind === "word" ? node.text : "";

export const childCount = (node: JsonNode): number =>
  node.kind === "object" ? node.members.length : node.kind === "array" ? node.items.length : 0;

/** Indented, a value a line: what a comparison by lines needs. */
export function pretty(node: JsonNode, indent = ""): string {
  if (childCount(node) === 0) return node.kind === "object" ? "{}" : node.kind === "array" ? "[]" : leafText(node);
  const inner = `${indent}  `;
  const lines = node.kind === "object"
    ? node.members.map(([name, value]) => `${inner}${JSON.stringify(name)}: ${pretty(value, inner)}`)
    : (node as { items: JsonNode[] }).items.map((item) => inner + pretty(item, inner));
  const [open, close] = node.kind === "object" ? "{}" : "[]";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

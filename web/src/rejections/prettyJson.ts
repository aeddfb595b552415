const indent = "  ";

/**
 * JSON on lines of its own, its numbers and strings spelt as they came: a parser would round long numbers. Null where
 * the text is no JSON object or list.
 */
export function prettyJson(text: string): string | null {
  if (!isDocument(text)) return null;
  let out = "";
  let depth = 0;
  const line = () => `\n${indent.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === "}" || token === "]") {
      depth--;
      out = /[{[]\n\s*$/.test(out) ? out.trimEnd() + token : out + line() + token;
    } else if (token === "{" || token === "[") {
      depth++;
      out += token + line();
    } else if (token === ",") out += token + line();
    else out += token === ":" ? ": " : token;
  }
  return out;
}

function isDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

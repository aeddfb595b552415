// @ts-nocheck This runs in Node, whose types the code of the page must not see.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { RawEvent } from "../api/types";
import { curlOf, shellQuote } from "./curl";

const raw = (
  body: Uint8Array | string,
  headers: Record<string, string> = { "Content-Type": "application/json" },
): RawEvent => ({
  event_id: "e",
  source: "razorpay",
  sequence: 1,
  headers,
  body_base64: Buffer.from(body).toString("base64"),
});

/** What a shell makes of the command: its arguments, and the bytes that curl would send. */
function run(command: string): { args: string[]; body: Buffer } {
  const curl = `curl() {
    printf '%s\\0' "$@"
    for a in "$@"; do [ "$a" = @- ] && { printf '\\1'; cat; }; done
    return 0
  }\n`;
  const out = execFileSync("sh", ["-s"], { input: `${curl}${command}\n`, maxBuffer: 1e8 });
  const split = out.indexOf(1);
  const args = (split < 0 ? out : out.subarray(0, split)).toString().split("\0").slice(0, -1);
  return { args, body: split < 0 ? Buffer.from(args[args.indexOf("--data-raw") + 1]!) : out.subarray(split + 1) };
}

const bodies: [string, Uint8Array | string][] = [
  ["plain", "{\"a\":1}"],
  ["quotes", "{\"name\":\"O'Neil's \\\"shop\\\"\",\"cost\":\"$HOME `id` $(id) !x\"}"],
  ["a line end", "{\"a\":1}\n"],
  ["carriage returns", "a=1\r\nb=2\r\n\r\n"],
  ["UTF-8", "{\"name\":\"Müller – 日本\"}"],
  ["not UTF-8", Uint8Array.from({ length: 256 }, (_, i) => i)],
  ["an at sign at its start", "@/etc/passwd"],
  ["an empty one", ""],
  ["a long one", "x".repeat(300_000)],
];

test.each(bodies)("sends %s byte for byte", (_, body) => {
  expect(run(curlOf(raw(body), "http://localhost:8000")).body).toEqual(Buffer.from(body));
});

test("printable text stands in the command as it is", () => {
  expect(curlOf(raw("it's", { "Content-Type": "text/plain", "X-Sig": "ab'c" }), "https://h")).toBe(
    [
      "curl --data-raw 'it'\\''s'",
      "-H 'Content-Type: text/plain'",
      "-H 'X-Sig: ab'\\''c'",
      "'https://h/webhook/razorpay'",
    ].join(" \\\n  "),
  );
});

test("headers are kept, those of the connection and line ends are not", () => {
  const { args } = run(
    curlOf(raw("a", { "X-A": "1\r\nX-B: 2", "Content-Length": "1", Host: "evil", "X-Empty": "" }), "http://h"),
  );
  expect(args.slice(2)).toEqual([
    "-H",
    "X-A: 1 X-B: 2",
    "-H",
    "X-Empty;",
    "-H",
    "Content-Type:",
    "http://h/webhook/razorpay",
  ]);
});

test("a name of a source is only a name", () => {
  expect(curlOf({ ...raw("a"), source: "a'/../x y" }, "http://h")).toContain("'http://h/webhook/a'\\''%2F..%2Fx%20y'");
});

test("quoting", () => {
  expect(shellQuote("")).toBe("''");
  expect(shellQuote("'")).toBe("''\\'''");
});

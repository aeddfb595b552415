import { expect, test } from "vitest";
import { SseParser } from "./sse";

test("blocks are read however they are cut", () => {
  const text = ": hello\nretry: 2000\nid: 0-0\n\nid: 0-1\nevent: payment.captured\ndata: {\"a\":1}\n\n";
  for (let at = 0; at <= text.length; at++) {
    const parser = new SseParser();
    expect([...parser.push(text.slice(0, at)), ...parser.push(text.slice(at))]).toEqual([
      { id: "0-0", event: "", data: "" },
      { id: "0-1", event: "payment.captured", data: "{\"a\":1}" },
    ]);
  }
});

test("several lines of data, carriage returns, and a value without a space", () => {
  expect(new SseParser().push("event:x\r\ndata: a\r\ndata:b\r\n\r\n")).toEqual([
    { id: null, event: "x", data: "a\nb" },
  ]);
});

test("a comment alone is no event", () => {
  expect(new SseParser().push(": heartbeat\n\n")).toEqual([]);
});

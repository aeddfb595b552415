import { expect, it, vi } from "vitest";

vi.stubGlobal("location", { pathname: "/", search: "", hash: "", origin: "http://localhost" });
const { readBlocks } = await import("./follow");

it("reads whole blocks and keeps the rest", () => {
  const { blocks, rest } = readBlocks(
    ': events follow\nretry: 2000\nid: 0-0\n\nid: 0-1\nevent: a\ndata: {"x":1}\n\nid: 0-2\nev');
  expect(blocks).toEqual([{ name: "a", data: '{"x":1}' }]);
  expect(rest).toBe("id: 0-2\nev");
});

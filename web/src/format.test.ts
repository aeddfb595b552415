import { describe, expect, it } from "vitest";
import { ago, bytes, milliseconds, money, percent, words } from "./format";

describe("money", () => {
  it("has as many digits behind the point as the payment says", () => {
    expect(money(129900, "INR", 2)).toMatch(/1,299\.00/);
    expect(money(5000, "JPY", 0)).toMatch(/5,000/);
    expect(money(1234, "KWD", 3)).toMatch(/1\.234/);
    expect(money(5000, "HUF", 0)).toMatch(/5,000$/);
  });
  it("shows a currency that nobody knows as it is", () => expect(money(100, "NOTONE", 2)).toBe("1.00 NOTONE"));
  it("shows an amount without a currency as a number", () => expect(money(100, null, 2)).toBe("1.00"));
  it("tells what is not known from nothing", () => {
    expect(money(null, "EUR", 2)).toBe("–");
    expect(money(0, "EUR", 2)).toMatch(/0\.00/);
  });
});

describe("a share", () => {
  it("is all only where it is all", () => {
    expect(percent(0.9999)).toBe("99.9 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(0.0024)).toBe("0.2 %");
    expect(percent(null)).toBe("–");
  });
});

describe("sizes and durations", () => {
  it("have the unit that fits", () => {
    expect(bytes(512)).toBe("512 B");
    expect(bytes(1536)).toBe("1.5 KiB");
    expect(milliseconds(0.54)).toBe("0.5 ms");
    expect(milliseconds(78.4)).toBe("78 ms");
    expect(milliseconds(2500)).toBe("2.5 s");
  });
});

describe("how long ago", () => {
  const now = new Date("2026-01-31T12:00:00Z");
  it("is told in the largest unit that fits", () => {
    expect(ago(new Date("2026-01-31T11:59:58Z"), now)).toBe("now");
    expect(ago(new Date("2026-01-31T11:59:20Z"), now)).toBe("40s ago");
    expect(ago(new Date("2026-01-31T09:00:00Z"), now)).toBe("3h ago");
    expect(ago(new Date("2026-02-02T12:00:00Z"), now)).toBe("in 2d");
  });
});

describe("a name of the API", () => {
  it("becomes words", () => expect(words("partially_refunded")).toBe("Partially refunded"));
});

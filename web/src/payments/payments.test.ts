import { describe, expect, it } from "vitest";
import type { Payment, PaymentEvent } from "../api/types";
import { fromMinor, toggled, toMinor, toMoment } from "./filters";
import { latestAt, moneyParts, momentsOf } from "./history";

describe("filters", () => {
  it("adds and takes out words", () => {
    expect(toggled(null, "a")).toBe("a");
    expect(toggled("a,b", "a")).toBe("b");
    expect(toggled("a", "a")).toBeNull();
  });

  it("knows the digits of a currency", () => {
    expect(toMinor("12.5", "EUR")).toBe("1250");
    expect(toMinor("12", "JPY")).toBe("12");
    expect(toMinor("x", "EUR")).toBeNull();
    expect(toMinor(" ", "EUR")).toBeNull();
    expect(fromMinor("1250", "EUR")).toBe("12.5");
    expect(fromMinor(null, "")).toBe("");
  });

  it("takes no broken moment", () => {
    expect(toMoment("")).toBeNull();
    expect(toMoment("2026-01-31T09:00")).toMatch(/Z$/);
  });
});

describe("history", () => {
  const payment = {
    status: "partially_refunded", authorized: 5000, captured: 5000, refunded: 2000, refund_pending: 500,
    disputed_open: 0, dispute_lost: 0,
  } as Payment;

  it("adds up to what was captured", () => {
    expect(moneyParts(payment).map((p) => [p.kind, p.amount]))
      .toEqual([["kept", 2500], ["refunded", 2000], ["pending", 500]]);
    expect(moneyParts({ ...payment, status: "authorized", captured: 0, refunded: 0, refund_pending: 0 }))
      .toEqual([{ name: "Authorized, not captured", amount: 5000, kind: "open" }]);
    expect(moneyParts({ ...payment, status: "voided", captured: 0, refunded: 0, refund_pending: 0 })).toEqual([]);
  });

  it("takes events of one second together", () => {
    const events = ["2026-01-01T00:00:01Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:09Z"]
      .map((received_at) => ({ received_at }) as PaymentEvent);
    expect(momentsOf(events)).toEqual([
      { at: "2026-01-01T00:00:01Z", upTo: "2026-01-01T00:00:01.999Z", known: 2 },
      { at: "2026-01-01T00:00:09Z", upTo: "2026-01-01T00:00:09.999Z", known: 3 },
    ]);
    const moments = momentsOf(events);
    expect(latestAt(moments, moments[0]!.upTo)).toBe(0);
    expect(latestAt(moments, "2026-01-01T01:00:09+01:00")).toBe(1);
    expect(latestAt(moments, "2025-01-01T00:00:00Z")).toBe(-1);
  });
});

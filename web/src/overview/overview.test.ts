import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", { pathname: "/", search: "", hash: "", origin: "http://localhost" });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("document", { addEventListener: () => undefined });
const { linksOf, splitMoments, timeLeft } = await import("./attention");
const { against, byProvider, eventsOf, rateNow, refusedOf } = await import("./figures");
type Stats = import("../api/types").Stats;

const numbers = { p50_ms: 1, p99_ms: 2 };
const now = new Date("2026-01-01T00:02:30Z");

describe("attention", () => {
  it("takes a text apart at its moments", () => {
    expect(splitMoments("Lost by 2026-12-02T13:35:24Z.")).toEqual([
      { text: "Lost by ", isMoment: false }, { text: "2026-12-02T13:35:24Z", isMoment: true },
      { text: ".", isMoment: false },
    ]);
  });

  it("tells the time left", () => {
    expect(timeLeft("2026-01-01T00:32:30Z", now)).toEqual({ text: "30 min left", isUrgent: true });
    expect(timeLeft("2026-01-02T06:02:30Z", now)).toEqual({ text: "30 h left", isUrgent: false });
    expect(timeLeft("2026-01-05T00:02:30Z", now).text).toBe("4 days left");
    expect(timeLeft("2025-01-05T00:02:30Z", now).text).toBe("deadline passed");
  });

  it("leads to what an item is about", () => {
    const item = {
      id: "x", kind: "other_body", at: "", source: "razorpay", provider: "razorpay", payment_id: "pay/1",
      explanation: "", action: "", deadline: null, evidence: { event_id: "evt_1" }, acknowledged: null,
    };
    expect(linksOf(item).map((l) => l.href)).toEqual(["/dashboard/events/evt_1", "/dashboard/payments/pay%2F1"]);
    expect(linksOf({ ...item, kind: "rejections_running", payment_id: null, evidence: {} })[0]!.href)
      .toBe("/dashboard/rejections?source=razorpay");
  });
});

describe("figures", () => {
  const groups = [
    { source: "a", outcome: "stored", count: 30, ...numbers },
    { source: "a", outcome: "duplicate", count: 3, ...numbers },
    { source: "b", outcome: "stored", count: 6, ...numbers },
    { source: "b", outcome: "wrong-signature", count: 5, ...numbers },
    { source: "b", outcome: "failed", count: 1, ...numbers },
  ];
  const stats: Stats = {
    from: "", until: "", bucket: "minute", totals: { count: 45, ...numbers, groups },
    sources: [{ source: "a", provider: "stripe" }, { source: "b", provider: "adyen" }],
    buckets: [
      { at: "2026-01-01T00:01:00Z", count: 45, ...numbers, groups },
      { at: "2026-01-01T00:02:00Z", count: 45, ...numbers, groups },
    ],
  };

  it("counts duplicates as events and a failed request as neither", () => {
    expect(eventsOf(stats.totals)).toBe(39);
    expect(refusedOf(stats.totals)).toBe(5);
  });

  it("draws a line for each provider, by the minute that has passed", () => {
    const { series } = byProvider(stats, now);
    expect(series.map((s) => s.name)).toEqual(["Stripe", "Adyen"]);
    expect(series[0]!.values).toEqual([33, 66]);
    expect(byProvider(stats, new Date("2026-01-01T00:02:05Z")).series[0]!.values).toEqual([33, null]);
  });

  it("tells the rate of the latest minutes", () => {
    expect(rateNow(stats.buckets, now)).toBeCloseTo(78 / 90);
    expect(rateNow([], now)).toBe(0);
  });

  it("compares", () => {
    expect(against(112, 100, "yesterday")).toBe("12 % more than yesterday");
    expect(against(1, 0, "yesterday")).toBeNull();
  });
});

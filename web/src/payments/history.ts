import type { Payment, PaymentEvent } from "../api/types";
import { words } from "../format";

const changes: Record<string, string> = {
  noted: "Noted", created: "Created", pending: "Pending at the provider", authorized: "Authorized",
  captured: "Captured", capture_failed: "Capture failed", failed: "Attempt failed", voided: "Voided",
  expired: "Authorization ran out", refund_pending: "Refund started", refund_succeeded: "Refunded",
  refund_failed: "Refund failed", dispute_open: "Dispute opened", dispute_under_review: "Dispute under review",
  dispute_won: "Dispute won", dispute_lost: "Dispute lost", authorization_adjusted: "Authorized amount set anew",
};

export const changeName = (change: string): string => changes[change] ?? words(change);

export type ChangeTone = "good" | "bad" | "warn" | "quiet";

export function changeTone(change: string): ChangeTone {
  if (/failed|lost|dispute_open/.test(change)) return "bad";
  if (/captured|won/.test(change)) return "good";
  return /pending|review|expired/.test(change) ? "warn" : "quiet";
}

const gaps: Record<string, string> = {
  authorization: "It was captured, and no event told that it was authorized.",
  capture: "Money moved as if it were captured, and no event told of the capture.",
  refund: "More was refunded than the refunds that events told of.",
};

export const gapText = (gap: string): string => gaps[gap] ?? `No event told of this: ${words(gap)}.`;

export interface Part {
  name: string;
  amount: number;
  kind: "kept" | "refunded" | "pending" | "disputed" | "lost" | "open";
}

/** Where the money of a payment is: parts that add up to what was captured, and what was reserved beyond it. */
export function moneyParts(p: Payment): Part[] {
  const gone = p.refunded + p.refund_pending + p.disputed_open + p.dispute_lost;
  const parts: Part[] = [
    { name: "Kept", amount: Math.max(0, p.captured - gone), kind: "kept" },
    { name: "Refunded", amount: p.refunded, kind: "refunded" },
    { name: "Refund on its way", amount: p.refund_pending, kind: "pending" },
    { name: "Disputed", amount: p.disputed_open, kind: "disputed" },
    { name: "Lost by dispute", amount: p.dispute_lost, kind: "lost" },
    { name: "Authorized, not captured", amount: openOf(p), kind: "open" },
  ];
  return parts.filter((part) => part.amount > 0);
}

const openOf = (p: Payment): number =>
  p.status === "voided" || p.status === "failed" || p.captured >= p.authorized ? 0 : p.authorized - p.captured;

/** The moments at which something became known of a payment, each up to its last millisecond. */
export function momentsOf(events: readonly PaymentEvent[]): { at: string; upTo: string; known: number }[] {
  const moments = new Map<string, number>();
  events.forEach((event, i) => moments.set(event.received_at, i + 1));
  return [...moments].map(([at, known]) => ({ at, upTo: at.replace(/Z$/, ".999Z"), known }));
}

/** Which of the moments was the latest at this time; -1 before all of them. */
export const latestAt = (moments: readonly { at: string }[], time: string): number =>
  moments.findLastIndex((m) => Date.parse(m.at) <= Date.parse(time));

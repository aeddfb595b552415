import type { AttentionItem } from "../api/types";
import { to, toDestination, toEvent, toPayment } from "../router";
import { words } from "../format";

const kinds: Record<string, string> = {
  late_authorization: "Paid after it had failed",
  not_captured: "Not captured yet",
  captured_twice: "Captured twice",
  amount_changed: "Amount changed",
  refunds_above_capture: "Refunded more than captured",
  refund_without_capture: "Refunded without a capture",
  refund_failed: "Refund failed",
  dispute_open: "Dispute open",
  capture_without_authorization: "Captured without an authorization",
  other_body: "Same event, other body",
  test_in_live: "Test event in a live source",
  rejections_running: "Deliveries are being refused",
  gone_quiet: "Source went quiet",
  dead_letters: "Deliveries given up",
  destination_gone: "Destination is gone",
};

export const kindName = (kind: string): string => kinds[kind] ?? words(kind);

interface ItemLink { href: string; text: string }

/** Where an item can be looked at: the payment, the event, the source or the destination that it is about. */
export function linksOf(item: AttentionItem): ItemLink[] {
  const links: ItemLink[] = [];
  const event = item.evidence.event_id;
  if (typeof event === "string") links.push({ href: toEvent(event), text: `Event ${event}` });
  if (item.payment_id) links.push({ href: toPayment(item.payment_id), text: `Payment ${item.payment_id}` });
  if (item.destination) {
    links.push({ href: toDestination(item.destination), text: `Destination ${item.destination}` });
    if (item.kind === "dead_letters") {
      links.push({
        href: to("/deliveries", { destination: item.destination, state: "dead" }), text: "Deliveries given up",
      });
    }
  }
  if (links.length === 0 && item.source) {
    links.push(item.kind === "rejections_running"
      ? { href: to("/rejections", { source: item.source }), text: `Rejections of ${item.source}` }
      : { href: to("/settings/sources"), text: `Source ${item.source}` });
  }
  return links;
}

/** What to do, where the API tells it in requests and the dashboard has a page for it. */
const actions: Record<string, string> = {
  dead_letters: "See why they were given up, mend it, and retry them on the destination's page.",
};

export const actionOf = (item: AttentionItem): string => actions[item.kind] ?? item.action;

const momentForm = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g;

/** A text taken apart at its moments, so that they can be told in the zone of whoever looks. */
export function splitMoments(text: string): { text: string; isMoment: boolean }[] {
  const parts: { text: string; isMoment: boolean }[] = [];
  let end = 0;
  for (const found of text.matchAll(momentForm)) {
    if (found.index > end) parts.push({ text: text.slice(end, found.index), isMoment: false });
    parts.push({ text: found[0], isMoment: true });
    end = found.index + found[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isMoment: false });
  return parts;
}

/** How long there is to act, and how urgent that is. */
export function timeLeft(deadline: string, now: Date): { text: string; isUrgent: boolean } {
  const minutes = Math.floor((new Date(deadline).getTime() - now.getTime()) / 60_000);
  if (minutes < 0) return { text: "deadline passed", isUrgent: true };
  if (minutes < 60) return { text: `${minutes} min left`, isUrgent: true };
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return { text: `${hours} h left`, isUrgent: hours < 24 };
  return { text: `${Math.floor(hours / 24)} days left`, isUrgent: false };
}

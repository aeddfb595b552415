import { ApiError, get, url } from "../api/client";
import type { EventRow } from "../api/types";
import { go, to, toEvent, toPayment } from "../router";

/** Goes to the event with this id, else to the payment or payments that have it. False where nothing has. */
export async function lookUp(id: string): Promise<boolean> {
  try {
    await get<EventRow>(url(`/events/${encodeURIComponent(id)}`));
    go(toEvent(id));
    return true;
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 404) throw e;
  }
  const { payments } = await get<{ payments: { payment_id: string }[] }>("/payments", { text: id, limit: 2 });
  if (payments.length === 0) return false;
  go(payments.length === 1 ? toPayment(payments[0]!.payment_id) : to("/payments", { text: id }));
  return true;
}

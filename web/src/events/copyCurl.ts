import { fetchAnswer, url } from "../api/client";
import { may } from "../api/session";
import type { EventRow, RawEvent } from "../api/types";
import { copyText } from "../parts/Copy";
import { tell, tellFault } from "../parts/Toasts";
import { curlOf } from "./curl";

export const whyNoCurl = (): string | undefined =>
  may("pii") ? undefined : "The signed request holds personal data, which your access (scope pii) does not include";

/** The whole delivery is asked for: the signature covers it, not the part of one event. */
export async function copyCurl(event: EventRow): Promise<void> {
  const why = whyNoCurl();
  if (why) {
    tell(why, true);
    return;
  }
  try {
    const answer = await fetchAnswer(
      url(`/events/${encodeURIComponent(event.event_id)}/raw`, { delivery: true, sequence: event.sequence }),
      { headers: { Accept: "application/vnd.payhook.raw+json" } });
    await copyText(curlOf((await answer.json()) as RawEvent, location.origin), "Command with the signed request");
  } catch (e) {
    tellFault(e);
  }
}

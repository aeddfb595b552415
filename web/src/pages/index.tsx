import type { ComponentType } from "preact";
import { Deliveries } from "./Deliveries";
import { DestinationPage } from "./DestinationPage";
import { Destinations } from "./Destinations";
import { EventPage } from "./EventPage";
import { Events } from "./Events";
import { NotFound } from "./NotFound";
import { Overview } from "./Overview";
import { PaymentPage } from "./PaymentPage";
import { Payments } from "./Payments";
import { RejectionPage } from "./RejectionPage";
import { Rejections } from "./Rejections";
import { Replays } from "./Replays";
import { Settings } from "./Settings";
import { Start } from "./Start";

type PageType = ComponentType<Record<string, string>>;

/** Every page by its path; a part in braces is given to the page by this name. */
const pages: [path: string, page: PageType][] = [
  ["/", Overview],
  ["/start", Start as unknown as PageType],
  ["/events", Events],
  ["/events/{id}", EventPage as unknown as PageType],
  ["/payments", Payments],
  ["/payments/{id}", PaymentPage as unknown as PageType],
  ["/rejections", Rejections],
  ["/rejections/{sequence}", RejectionPage as unknown as PageType],
  ["/destinations", Destinations],
  ["/destinations/{name}", DestinationPage as unknown as PageType],
  ["/deliveries", Deliveries],
  ["/replays", Replays],
  ["/settings", Settings as unknown as PageType],
  ["/settings/{tab}", Settings as unknown as PageType],
];

export function findPage(path: string): { page: PageType; values: Record<string, string> } {
  const parts = path.split("/");
  for (const [pattern, page] of pages) {
    const wanted = pattern.split("/");
    if (wanted.length !== parts.length) continue;
    const values: Record<string, string> = {};
    const isIt = wanted.every((part, i) => {
      if (!part.startsWith("{")) return part === parts[i];
      values[part.slice(1, -1)] = decode(parts[i]!);
      return parts[i] !== "";
    });
    if (isIt) return { page, values };
  }
  return { page: NotFound, values: {} };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not what this page makes
  }
}

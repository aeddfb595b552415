import type { Destination } from "../api/types";
import { count, plural } from "../format";
import { Card, Facts } from "../parts/Page";
import { Time } from "../parts/Time";
import { bodyWords, filterWords, retryWords, span } from "./inWords";

/** How a destination is set up, in words. */
export function DestinationSettings({ destination: d }: { destination: Destination }) {
  const headers = Object.keys(d.headers ?? {});
  const wait = d.ordering_wait_seconds ? `, waiting ${span(d.ordering_wait_seconds)} at most` : "";
  const secrets = d.secrets?.length ?? 0;
  return (
    <Card title="Settings">
      <Facts
        rows={[
          ["Address", <code class="breaks">{d.url}</code>],
          ["Gets", filterWords(d.filter)],
          ["Body", bodyWords(d.body)],
          d.sink === "nats" && ["Subject", <code class="breaks">{d.subject}</code>],
          d.sink === "nats"
            ? ["Login", d.nats ? (d.nats.token ? "By a token" : `As ${d.nats.user}`) : "None"]
            : [
                "Signed",
                secrets === 0
                  ? "Not signed"
                  : secrets === 1
                    ? "With one secret"
                    : "With two secrets: finish the change when the receiver has the new one",
              ],
          [
            "Order",
            d.ordering === "payment"
              ? `One payment’s events one after another${wait}`
              : "None",
          ],
          ["Timeout", d.timeout_seconds === undefined ? "–" : span(d.timeout_seconds)],
          ["At once", d.concurrency_limit === undefined ? "–" : plural(d.concurrency_limit, "delivery", "deliveries")],
          [
            "Rate",
            d.rate_limit_per_second ? `${count(d.rate_limit_per_second)} a second at most` : "As many as it takes",
          ],
          ["Tried again", retryWords(d)],
          headers.length > 0 && ["Headers", <code class="breaks">{headers.join(", ")}</code>],
          [
            "Set up",
            <>
              {d.from_file ? "In payhook.json, " : ""}
              <Time at={d.created_at} />
            </>,
          ],
          d.updated_at !== d.created_at && ["Changed", <Time at={d.updated_at} />],
        ]}
      />
    </Card>
  );
}

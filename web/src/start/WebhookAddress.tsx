import type { SourceAnswer } from "../api/types";
import { Copyable } from "../parts/Copy";
import { placeOf } from "./providers";

export function WebhookAddress({ source }: { source: SourceAnswer }) {
  return (
    <li>
      <h3>{source.provider_name}{source.name !== source.provider && <span class="quiet"> · {source.name}</span>}</h3>
      <Copyable text={location.origin + source.address} what={`Address for ${source.provider_name}`} />
      <p class="hint">{placeOf(source.provider)}</p>
      {source.uses_default_secret && (
        <p class="hint is-warn">
          It has the public default secret: good for a try, and not for real events. Set WEBHOOK_SECRET.
        </p>
      )}
    </li>
  );
}

import { useState } from "preact/hooks";
import { post } from "../api/client";
import type { Destination, DestinationWithSecret } from "../api/types";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { tell, tellFault } from "../parts/Toasts";
import { SecretOnce } from "./SecretOnce";

interface Props {
  destination: Destination;
  isOpen: boolean;
  onClose: () => void;
  onChanged: (changed: Destination) => void;
}

/** Two steps: a second secret signs beside the first until the receiver has it; then the first is let go. */
export function RotateDialog({ destination, isOpen, onClose, onChanged }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => { setSecret(null); onClose(); };
  return (
    <Dialog title="Replace the secret" isOpen={isOpen} onClose={close}>
      {secret
        ? <SecretOnce secret={secret} isSecond onClose={close} />
        : <Steps destination={destination} onSecret={setSecret} onChanged={onChanged} onClose={close} />}
    </Dialog>
  );
}

function Steps({
  destination: d,
  onSecret,
  onChanged,
  onClose,
}: {
  destination: Destination;
  onSecret: (secret: string) => void;
  onChanged: Props["onChanged"];
  onClose: () => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const isHalfway = (d.secrets?.length ?? 0) > 1;
  const rotate = async (finishes: boolean) => {
    setIsBusy(true);
    try {
      const { secret, ...changed } = await post<DestinationWithSecret>(
        `/destinations/${encodeURIComponent(d.name)}/rotate-secret`, undefined, { finish: finishes });
      onChanged(changed);
      if (secret) onSecret(secret);
      else {
        tell("Only the new secret signs now");
        onClose();
      }
    } catch (e) {
      tellFault(e);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <>
      <ol class="steps">
        <li aria-current={isHalfway ? undefined : "step"}>
          <strong>Make a new one.</strong> Every delivery is then signed with both, so nothing breaks while the receiver
          changes to it.
        </li>
        <li aria-current={isHalfway ? "step" : undefined}>
          <strong>Finish</strong> when the receiver has it. The older secret then signs no more.
        </li>
      </ol>
      <footer class="dialog-actions">
        {isHalfway && (
          <Button isBusy={isBusy} onClick={() => void rotate(false)} title="The older of the two is let go">
            Make another
          </Button>
        )}
        <Button kind="primary" isBusy={isBusy} onClick={() => void rotate(isHalfway)}>
          {isHalfway ? "Finish: let the older go" : "Make a new secret"}
        </Button>
      </footer>
    </>
  );
}

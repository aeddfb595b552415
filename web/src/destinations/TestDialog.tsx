import { useEffect, useState } from "preact/hooks";
import { post, type ApiError } from "../api/client";
import { asApiError } from "../api/useData";
import type { AttemptOfTest } from "../api/types";
import { AttemptTable } from "../deliveries/Attempts";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Fault, Skeleton } from "../parts/States";

/** Sends one event that never happened, and shows what came back. */
export function TestDialog({ name, isOpen, onClose }: { name: string; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title={`Test of ${name}`} isOpen={isOpen} onClose={onClose} isWide>
      <Test name={name} onClose={onClose} />
    </Dialog>
  );
}

function Test({ name, onClose }: { name: string; onClose: () => void }) {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ found: AttemptOfTest | null; fault: ApiError | null }>({
    found: null,
    fault: null,
  });
  useEffect(() => {
    setState({ found: null, fault: null });
    post<AttemptOfTest>(`/destinations/${encodeURIComponent(name)}/test`).then(
      (found) => setState({ found, fault: null }), (e) => setState({ found: null, fault: asApiError(e) }));
  }, [round]);
  const { found, fault } = state;
  return (
    <>
      <p role="status">
        {found
          ? found.taken
            ? "It took the event of the type payhook.test."
            : "It did not take the event of the type payhook.test."
          : fault
            ? "The test was not sent."
            : "Sending an event of the type payhook.test. Nothing of it is stored."}
      </p>
      {fault && <Fault fault={fault} />}
      {!found && !fault && <Skeleton rows={2} />}
      {found && <AttemptTable attempts={[found.attempt]} />}
      <footer class="dialog-actions">
        <Button icon="refresh" isBusy={!found && !fault} onClick={() => setRound((r) => r + 1)}>Send again</Button>
        <Button kind="primary" onClick={onClose}>Close</Button>
      </footer>
    </>
  );
}

import { useState } from "preact/hooks";
import { post } from "../api/client";
import { may } from "../api/session";
import type { MockAnswer, SourceAnswer } from "../api/types";
import { words } from "../format";
import { Button } from "../parts/Button";
import { Copyable } from "../parts/Copy";
import { Select } from "../parts/Field";
import { tell, tellFault } from "../parts/Toasts";
import { mockCommand } from "./providers";

/** A made-up event, signed as the provider would: by a button, or by the command that does the same. */
export function SendMock({ sources }: { sources: SourceAnswer[] }) {
  const able = sources.filter((s) => s.mocks.length > 0);
  const [name, setName] = useState(able[0]?.name ?? "");
  const [mock, setMock] = useState("captured");
  const [isBusy, setIsBusy] = useState(false);
  const source = able.find((s) => s.name === name);
  if (!source) return <p class="quiet">No source here has mock events. Wait for one of the provider.</p>;
  const kind = source.mocks.includes(mock) ? mock : source.mocks[0]!;
  const send = async () => {
    setIsBusy(true);
    try {
      const answer = await post<MockAnswer>(`/sources/${encodeURIComponent(source.name)}/mock`, { mock: kind });
      if (answer.status >= 400) tell(`The listener refused it with ${answer.status}. See Rejections.`, true);
    } catch (fault) {
      tellFault(fault);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <div class="stack">
      <p>A made-up event, signed with the source's own secret. It takes the same way as a real one.</p>
      <div class="row">
        {able.length > 1 && (
          <Select label="Source" isCompact value={source.name} onChange={setName}
            options={able.map((s) => [s.name, s.name] as const)} />
        )}
        <Select label="Event" isCompact value={kind} onChange={setMock}
          options={source.mocks.map((m) => [m, words(m)] as const)} />
        {may("operate")
          ? <Button kind="primary" icon="send" isBusy={isBusy} onClick={send}>Send it</Button>
          : (
            <Button disabled title="Your sign-in may only read. It takes the scope operate." icon="send">
              Send it
            </Button>
          )}
      </div>
      <div>
        <p class="hint">Or on the machine of the listener:</p>
        <Copyable text={mockCommand(source, kind)} what="Command" />
      </div>
    </div>
  );
}

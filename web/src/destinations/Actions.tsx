import { useState } from "preact/hooks";
import { post } from "../api/client";
import { may } from "../api/session";
import type { Destination } from "../api/types";
import { BulkReplayDialog } from "../replays/BulkReplayDialog";
import { Button } from "../parts/Button";
import { Menu } from "../parts/Menu";
import { tell, tellFault } from "../parts/Toasts";
import { whyNoChange } from "./access";
import { EditDialog } from "./DestinationForm";
import { DisableDialog, RemoveDialog } from "./RemoveDialog";
import { RotateDialog } from "./RotateDialog";
import { TestDialog } from "./TestDialog";

type Shown = "test" | "edit" | "rotate" | "disable" | "remove" | "replay" | null;

/** What can be done to a destination: the frequent at hand, the grave in a menu. */
export function Actions({
  destination: d,
  onChanged,
}: {
  destination: Destination;
  onChanged: (changed: Destination) => void;
}) {
  const [shown, show] = useState<Shown>(null);
  const close = () => show(null);
  const why = whyNoChange(d.from_file);
  return (
    <>
      {may("operate") && <PauseButton destination={d} onChanged={onChanged} />}
      {may("operate") && (
        <Button icon="send" onClick={() => show("test")}>
          Send a test
        </Button>
      )}
      {may("replay") && (
        <Button icon="rotate" onClick={() => show("replay")}>
          Replay events
        </Button>
      )}
      <Button
        icon="pencil"
        disabled={why !== undefined || d.fault !== undefined}
        title={why}
        onClick={() => show("edit")}
      >
        Edit
      </Button>
      {may("admin") && (
        <Menu label="More" icon="ellipsis" isIconOnly>
          {d.sink === "http" && !d.from_file && (d.secrets?.length ?? 0) > 0
            && <Button kind="quiet" icon="key" onClick={() => show("rotate")}>Replace the secret</Button>}
          {d.state !== "disabled" && <Button kind="quiet" icon="ban" onClick={() => show("disable")}>Disable</Button>}
          {!d.from_file && <Button kind="danger" icon="trash" onClick={() => show("remove")}>Remove</Button>}
        </Menu>
      )}
      <TestDialog name={d.name} isOpen={shown === "test"} onClose={close} />
      <EditDialog destination={d} isOpen={shown === "edit"} onClose={close} onChanged={onChanged} />
      <RotateDialog destination={d} isOpen={shown === "rotate"} onClose={close} onChanged={onChanged} />
      <DisableDialog destination={d} isOpen={shown === "disable"} onClose={close} onChanged={onChanged} />
      <RemoveDialog destination={d} isOpen={shown === "remove"} onClose={close} />
      <BulkReplayDialog to={d.name} isOpen={shown === "replay"} onClose={close} />
    </>
  );
}

function PauseButton({
  destination: d,
  onChanged,
}: {
  destination: Destination;
  onChanged: (changed: Destination) => void;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const isActive = d.state === "active";
  const act = async () => {
    setIsBusy(true);
    try {
      onChanged(
        await post<Destination>(`/destinations/${encodeURIComponent(d.name)}/${isActive ? "pause" : "resume"}`),
      );
      tell(isActive ? `${d.name} is paused: what it is owed waits` : `${d.name} is sent to again`);
    } catch (e) {
      tellFault(e);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Button icon={isActive ? "pause" : "play"} isBusy={isBusy} onClick={() => void act()}>
      {isActive ? "Pause" : "Resume"}
    </Button>
  );
}

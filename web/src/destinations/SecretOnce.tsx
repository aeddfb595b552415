import { Button } from "../parts/Button";
import { Copyable } from "../parts/Copy";

const first = "This is the signing secret. Give it to the receiver, who verifies deliveries with it.";
const second = "This is the new signing secret. From now on every delivery is signed with both, "
  + "so give it to the receiver when you like.";

/** A secret that no other answer shows. */
export function SecretOnce({ secret, onClose, isSecond }: { secret: string; onClose: () => void; isSecond?: boolean }) {
  return (
    <>
      <div class="stack">
        <p>{isSecond ? second : first} <strong>It is shown only now.</strong></p>
        <Copyable text={secret} what="secret" />
      </div>
      <footer class="dialog-actions"><Button kind="primary" onClick={onClose}>I have it</Button></footer>
    </>
  );
}

import { session } from "../api/session";
import { Card } from "../parts/Page";
import { PasswordForm } from "./PasswordForm";

/** The password of the admin, as this page's part of the settings. */
export function Password({ onChange }: { onChange: () => void }) {
  return (
    <Card title="Admin password">
      <div class="stack narrow-form">
        <p class="quiet">
          {session.value?.needs_password
            ? "None is set yet. With one you sign in here as admin, from wherever this page can be reached."
            : "A new one takes the place of the one before. It ends all sessions of the password but this one."}
        </p>
        <PasswordForm action="Set the password" onDone={onChange} />
      </div>
    </Card>
  );
}

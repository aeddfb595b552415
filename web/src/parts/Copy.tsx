import { useState } from "preact/hooks";
import { Button } from "./Button";
import { tell } from "./Toasts";

export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(`${what} copied`);
  } catch {
    // Without TLS a browser has no clipboard for pages of other machines.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    tell(isCopied ? `${what} copied` : "The browser does not let this page copy", !isCopied);
  }
}

/** Copies a text, and shows for a moment that it did. */
export function Copy({ text, what, children }: { text: string; what: string; children?: string }) {
  const [isDone, setIsDone] = useState(false);
  const copy = async () => {
    await copyText(text, what);
    setIsDone(true);
    setTimeout(() => setIsDone(false), 1500);
  };
  return (
    <Button kind="quiet" icon={isDone ? "check" : "copy"} label={children ? undefined : `Copy ${what}`} onClick={copy}>
      {children}
    </Button>
  );
}

/** A command or an address to take along, with its button. */
export function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <div class="copyable">
      <code tabIndex={0}>{text}</code>
      <Copy text={text} what={what} />
    </div>
  );
}

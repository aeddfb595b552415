import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { signIn } from "../api/signing";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";

export type Way = "password" | "key";

/** One field: the password, or an API key. After too many tries it waits as long as the listener says. */
export function SecretForm({ way, onDone }: { way: Way; onDone: () => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [secret, setSecret] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [wait, setWait] = useWait();
  useEffect(() => { input.current?.focus(); }, [way]);
  const act = async () => {
    setIsBusy(true);
    setFault(null);
    try {
      await signIn(way === "password" ? { password: secret } : { key: secret.trim() });
      onDone();
    } catch (e) {
      if (e instanceof ApiError && e.status === 429 && e.retryAfterSeconds) setWait(e.retryAfterSeconds);
      else setFault((e as Error).message);
      setIsBusy(false);
      input.current?.select();
    }
  };
  const told = wait > 0 ? `Too many tries failed. Wait ${inWords(wait)}, then try again.` : fault;
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); if (!isBusy && wait === 0) void act(); }}>
      {way === "password" && (
        <input type="text" name="username" value="admin" autocomplete="username" hidden readOnly />
      )}
      <div class="field">
        <label for={id}>{way === "password" ? "Admin password" : "API key"}</label>
        <input ref={input} id={id} name={way} type="password" value={secret} required spellcheck={false}
          autocomplete={way === "password" ? "current-password" : "off"} aria-invalid={fault ? true : undefined}
          aria-describedby={told ? `${id}-fault` : undefined}
          onInput={(event) => setSecret(event.currentTarget.value)} />
      </div>
      {told && (
        <div class="notice bad" role={wait > 0 ? undefined : "alert"}>
          <Icon name={wait > 0 ? "clock" : "alert"} /><p id={`${id}-fault`}>{told}</p>
        </div>
      )}
      <Button type="submit" kind="primary" isBusy={isBusy} disabled={wait > 0}>Sign in</Button>
    </form>
  );
}

const inWords = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;

/** Seconds that count down to nothing. */
function useWait(): [number, (seconds: number) => void] {
  const [wait, setWait] = useState(0);
  useEffect(() => {
    if (wait === 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);
  return [wait, setWait];
}

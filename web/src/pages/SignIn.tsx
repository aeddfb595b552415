import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { session } from "../api/session";
import { signIn } from "../api/signing";
import { Button } from "../parts/Button";
import { Copyable } from "../parts/Copy";
import { Icon } from "../parts/Icon";
import { go, hash, path, query } from "../router";
import { PasswordForm } from "../settings/PasswordForm";
import { SecretForm, type Way } from "../signin/SecretForm";
import { linkOf, refusalOf, wantedPath, wayBack } from "../signin/wanted";
import logo from "../icon.svg";

type Step = "forms" | "link" | "choose";

/** Signs in, by whichever way there is; a one-time link does at once. */
export function SignIn() {
  const [wanted] = useState(() => wantedPath(path.value, location.pathname + location.search, query.value.get("to")));
  const [token] = useState(() => linkOf(hash.value));
  const [step, setStep] = useState<Step>(token ? "link" : "forms");
  const [fault, setFault] = useState<string | null>(() => refusalOf(hash.value));
  const leave = () => { if (path.value === "/sign-in") go(wanted, { replaces: true }); };
  useEffect(() => { document.title = "Sign in · Payhook"; }, []);
  useEffect(() => {
    if (!token) return;
    // It holds once, and has no business in the history.
    go(location.pathname + location.search, { replaces: true });
    signIn({ link: token }).then(
      () => { if (session.value?.needs_password) setStep("choose"); else leave(); },
      (e: Error) => { setFault(e.message); setStep("forms"); });
  }, [token]);

  if (step === "link") {
    return <Frame title="Signing in…"><p class="quiet" role="status">The link is being looked at.</p></Frame>;
  }
  if (step === "choose") return <Choose onDone={leave} />;
  return (
    <Frame title="Sign in">
      {fault && <div class="notice bad" role="alert"><Icon name="alert" /><p>{fault}</p></div>}
      <Already wanted={wanted} />
      <Forms wanted={wanted} onDone={leave} />
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="alone sign-in">
      <p class="brand"><img src={logo} width={36} height={36} alt="" />Payhook</p>
      <section class="card">
        <h1>{title}</h1>
        <div class="stack">{children}</div>
      </section>
    </main>
  );
}

function Choose({ onDone }: { onDone: () => void }) {
  return (
    <Frame title="Choose an admin password">
      <p class="quiet">You are signed in. The link held once: with a password you get in again, from any browser.</p>
      <PasswordForm action="Set the password" onDone={onDone} />
      <Button kind="quiet" onClick={onDone}>Not now</Button>
    </Frame>
  );
}

function Already({ wanted }: { wanted: string }) {
  const who = session.value;
  if (!who?.signed_in) return null;
  return (
    <div class="notice accent">
      <Icon name="info" />
      <p>
        {who.by === "local" ? "This machine may read without signing in." : `You are signed in as ${who.actor}.`}{" "}
        <a href={wanted}>{who.by === "local" ? "Go on without" : "Go to the dashboard"}</a>
      </p>
    </div>
  );
}

function Forms({ wanted, onDone }: { wanted: string; onDone: () => void }) {
  const ways = session.value?.ways ?? { password: true, key: true, oidc: null };
  const both = ways.password && ways.key;
  const [way, setWay] = useState<Way>(ways.password ? "password" : "key");
  return (
    <>
      {ways.oidc && (
        <>
          <a class={ways.password || ways.key ? "button" : "button primary"}
            href={`/session/oidc?to=${encodeURIComponent(wayBack(wanted))}`}>
            <span>Sign in with {ways.oidc}</span>
          </a>
          {(ways.password || ways.key) && <p class="or quiet"><span>or</span></p>}
        </>
      )}
      {both && (
        <div class="segments is-wide" role="group" aria-label="Sign in by">
          <Button kind="quiet" aria-pressed={way === "password"} onClick={() => setWay("password")}>Password</Button>
          <Button kind="quiet" aria-pressed={way === "key"} onClick={() => setWay("key")}>API key</Button>
        </div>
      )}
      {(ways.password || ways.key) && <SecretForm key={way} way={way} onDone={onDone} />}
      <details class="other-way" open={!ways.password && !ways.key && !ways.oidc}>
        <summary>{ways.password || ways.key ? "Another way in" : "How to get in"}</summary>
        <div class="stack">
          <p class="quiet">On the machine of the listener, this prints a link that signs you in once:</p>
          <Copyable text="payhook sign-in-link" what="Command" />
        </div>
      </details>
    </>
  );
}

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { session } from "./api/session";
import { signOut } from "./api/signing";
import { Button } from "./parts/Button";
import { Dialog } from "./parts/Dialog";
import { Icon, type IconName } from "./parts/Icon";
import { go, path, to } from "./router";
import { shortcuts, useShortcuts } from "./shortcuts";
import { setTheme, theme, type Theme } from "./theme";
import logo from "./icon.svg";

const areas: [inside: string, text: string, icon: IconName, key: string][] = [
  ["/", "Overview", "gauge", "go"],
  ["/events", "Events", "activity", "ge"],
  ["/payments", "Payments", "creditCard", "gp"],
  ["/rejections", "Rejections", "shield", "gr"],
  ["/destinations", "Destinations", "send", "gd"],
  ["/settings", "Settings", "settings", "gs"],
];

/** Pages that belong to an area without beginning with its path. */
const kin: Record<string, string> = { "/deliveries": "/destinations", "/replays": "/destinations", "/start": "/" };

const areaOf = (inside: string): string => {
  const first = `/${inside.split("/")[1] ?? ""}`;
  return kin[first] ?? first;
};

/** What stands around every page: the way to the others, who is signed in, light or dark, the keys. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [isHelpShown, showHelp] = useState(false);
  useShortcuts([
    ...areas.map(([inside, text, , keys]) =>
      ({ keys, what: `Go to ${text.toLowerCase()}`, act: () => go(to(inside)) })),
    { keys: "?", what: "Show the keys", act: () => showHelp(true) },
  ], []);
  return (
    <div class="shell">
      <a class="skip" href="#content">Skip to the content</a>
      <aside class="side">
        <a class="brand" href={to("/")}><img src={logo} width={28} height={28} alt="" />Payhook</a>
        <nav aria-label="Areas">
          {areas.map(([inside, text, icon]) => (
            <a key={inside} href={to(inside)} aria-current={areaOf(path.value) === inside ? "page" : undefined}>
              <Icon name={icon} size={18} /><span>{text}</span>
            </a>
          ))}
        </nav>
        <div class="side-end">
          <Who />
          <div class="side-tools">
            <ThemeChoice />
            <Button kind="quiet" icon="keyboard" label="Keyboard shortcuts" onClick={() => showHelp(true)} />
          </div>
        </div>
      </aside>
      <main id="content" tabIndex={-1}>{children}</main>
      <Dialog title="Keyboard shortcuts" isOpen={isHelpShown} onClose={() => showHelp(false)}>
        <dl class="keys">
          {shortcuts.value.map((s) => (
            <div key={s.keys + s.what}>
              <dt>{s.keys.length > 1 ? [...s.keys].map((k, i) => <kbd key={i}>{k}</kbd>) : <kbd>{s.keys}</kbd>}</dt>
              <dd>{s.what}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </div>
  );
}

function Who() {
  const who = session.value;
  if (!who?.signed_in) return null;
  return (
    <div class="who">
      <div class="who-text">
        <span class="who-name" title={who.actor ?? undefined}>{who.by === "local" ? "This machine" : who.actor}</span>
        <span class="who-role">{who.by === "local" ? "without a password" : who.role}</span>
      </div>
      {who.by === "session"
        ? <Button kind="quiet" icon="logOut" label="Sign out" onClick={() => void signOut()} />
        : who.by === "local" && <a class="button quiet" href={to("/sign-in")}><span>Sign in</span></a>}
    </div>
  );
}

const themes: [Theme, string, IconName][] =
  [["system", "As the system", "monitor"], ["light", "Light", "sun"], ["dark", "Dark", "moon"]];

function ThemeChoice() {
  return (
    <div class="segments" role="group" aria-label="Light or dark">
      {themes.map(([value, text, icon]) => (
        <Button key={value} kind="quiet" icon={icon} label={text} aria-pressed={theme.value === value}
          onClick={() => setTheme(value)} />
      ))}
    </div>
  );
}

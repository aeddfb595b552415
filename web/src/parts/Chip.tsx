import type { ComponentChildren } from "preact";
import { words } from "../format";
import { Icon, type IconName } from "./Icon";

export type Tone = "good" | "warn" | "bad" | "accent" | "quiet";

const icons: Record<Tone, IconName> = { good: "check", warn: "clock", bad: "alert", accent: "circle", quiet: "circle" };

/** A state in a word. The icon says it too, so that nobody needs the colour. */
export function Chip({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ComponentChildren }) {
  return <span class={`chip ${tone}`}><Icon name={icon ?? icons[tone]} size={12} />{children}</span>;
}

const payment: Record<string, [Tone, IconName]> = {
  captured: ["good", "check"], authorized: ["accent", "clock"], partially_captured: ["accent", "clock"],
  created: ["quiet", "circle"], pending: ["warn", "clock"], failed: ["bad", "x"], voided: ["quiet", "ban"],
  refunded: ["quiet", "rotate"], partially_refunded: ["quiet", "rotate"], disputed: ["bad", "alert"],
  dispute_lost: ["bad", "ban"],
};

export function PaymentStatus({ status }: { status: string }) {
  const [tone, icon] = payment[status] ?? ["quiet", "circle"];
  return <Chip tone={tone} icon={icon}>{words(status)}</Chip>;
}

const states: Record<string, [Tone, IconName]> = {
  active: ["good", "check"], delivered: ["good", "check"], done: ["good", "check"], valid: ["good", "check"],
  ok: ["good", "check"], healthy: ["good", "check"], closed: ["good", "check"], succeeded: ["good", "check"],
  paused: ["warn", "pause"], pending: ["warn", "clock"], running: ["accent", "refresh"], half_open: ["warn", "clock"],
  quiet: ["warn", "clock"], new: ["quiet", "circle"], disabled: ["quiet", "ban"], cancelled: ["quiet", "ban"],
  revoked: ["quiet", "ban"], expired: ["quiet", "clock"], dead: ["bad", "x"], open: ["bad", "alert"],
  rejecting: ["bad", "shield"], unhealthy: ["bad", "alert"],
};

/** Of a destination, a delivery, a replay, a key, a source or a breaker. */
export function State({ state }: { state: string }) {
  const [tone, icon] = states[state] ?? ["quiet", "circle"];
  return <Chip tone={tone} icon={icon}>{words(state)}</Chip>;
}

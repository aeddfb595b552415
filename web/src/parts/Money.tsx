import { money } from "../format";

/** An amount in its currency, its figures under those of other rows. */
export function Money({ minor, currency, exponent }:
  { minor: number | null | undefined; currency: string | null; exponent: number | null }) {
  return <span class="figures">{money(minor, currency, exponent ?? 0)}</span>;
}

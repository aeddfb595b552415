/** The token of a one-time link, from the fragment of the address. */
export function linkOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("link");
  return token ? token : null;
}

const refusals: Record<string, string> = {
  "no-role": "The provider knows you, but gives you no role here. Ask whoever runs this listener for one.",
  "not-verified": "What the provider answered could not be verified. Try again, and look at the listener's log.",
  "provider-away": "The provider could not be reached. Try again, or sign in another way.",
};

/** Why the OpenID provider's sign-in came to nothing, from the fragment of the address. */
export function refusalOf(hash: string): string | null {
  const reason = new URLSearchParams(hash.replace(/^#/, "")).get("refused");
  return reason === null ? null : refusals[reason] ?? "Signing in at the provider came to nothing. Try again.";
}

/** Where to go after signing in: the page that was asked for, and never one of another site. */
export function wantedPath(inside: string, here: string, to: string | null): string {
  if (inside !== "/sign-in") return here;
  return to && (to === "/" || /^\/dashboard(?:[/?]|$)/.test(to)) ? to : "/";
}

/** The same for the OpenID provider's way back, which knows the dashboard by its folder only. */
export const wayBack = (wanted: string): string =>
  wanted.startsWith("/dashboard") ? wanted : `/dashboard/${wanted.replace(/^\//, "")}`;

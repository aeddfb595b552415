/** The token of a one-time link, from the fragment of the address. */
export function linkOf(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("link");
  return token ? token : null;
}

/** Where to go after signing in: the page that was asked for, and never one of another site. */
export function wantedPath(inside: string, here: string, to: string | null): string {
  if (inside !== "/sign-in") return here;
  return to && (to === "/" || /^\/dashboard(?:[/?]|$)/.test(to)) ? to : "/";
}

/** The same for the OpenID provider's way back, which knows the dashboard by its folder only. */
export const wayBack = (wanted: string): string =>
  wanted.startsWith("/dashboard") ? wanted : `/dashboard/${wanted.replace(/^\//, "")}`;

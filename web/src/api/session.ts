import { computed, signal } from "@preact/signals";

export interface Session {
  signed_in: boolean;
  actor: string | null;
  role: "admin" | "operator" | "viewer" | null;
  scopes: string[];
  csrf_token: string | null;
  expires_at: string | null;
  by: "session" | "key" | "local" | null;
  ways: { password: boolean; key: boolean; oidc: string | null };
  needs_password: boolean;
}

/** Who looks at the page; null until the listener has told. */
export const session = signal<Session | null>(null);

/** Why the session could not be asked for; null where it could. */
export const sessionFault = signal<string | null>(null);

export const isSignedIn = computed(() => session.value?.signed_in === true);

export const csrfToken = (): string | null => session.value?.csrf_token ?? null;

/** Whether whoever looks may do this. The listener decides in the end; the page only does not offer in vain. */
export const may = (scope: string): boolean => {
  const scopes = session.value?.scopes ?? [];
  return scopes.includes(scope) || (scope === "operate" && scopes.includes("admin"));
};

export async function loadSession(): Promise<void> {
  try {
    const response = await fetch("/session", { credentials: "same-origin" });
    if (!response.ok) throw new Error(`The listener answered ${response.status}.`);
    session.value = (await response.json()) as Session;
    sessionFault.value = null;
  } catch (e) {
    sessionFault.value = e instanceof TypeError ? "The listener does not answer." : (e as Error).message;
  }
}

/** An answer said that nobody is signed in any more: the listener is asked anew, and the sign-in page appears. */
let isAsking = false;
export function forgetSession(): void {
  if (isAsking || !isSignedIn.value) return;
  isAsking = true;
  void loadSession().finally(() => { isAsking = false; });
}

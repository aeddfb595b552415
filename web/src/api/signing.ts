import { go, to } from "../router";
import { post, remove } from "./client";
import { loadSession, session, type Session } from "./session";

/** Signs in with one of the ways; the listener answers with the session, and the browser keeps the cookie. */
export async function signIn(by: { password: string } | { key: string } | { link: string }): Promise<void> {
  session.value = await post<Session>("/session", by);
}

export async function signOut(): Promise<void> {
  await remove("/session");
  await loadSession();
  go(to("/sign-in"));
}

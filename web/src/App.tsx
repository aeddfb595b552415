import { useEffect } from "preact/hooks";
import { isSignedIn, loadSession, session, sessionFault } from "./api/session";
import { Skeleton } from "./parts/States";
import { Toasts } from "./parts/Toasts";
import { path, to } from "./router";
import { findPage } from "./pages";
import { Shell } from "./Shell";
import { SignIn } from "./pages/SignIn";

/** The whole dashboard: who is not signed in sees the sign-in page, everybody else the page of the address. */
export function App() {
  useEffect(() => { void loadSession(); }, []);

  if (sessionFault.value && session.value === null) return <Unreachable />;
  if (session.value === null) return <Shell><Skeleton rows={8} /></Shell>;
  if (!isSignedIn.value || path.value === "/sign-in") return <><SignIn /><Toasts /></>;
  const { page, values } = findPage(path.value);
  const Current = page;
  return (
    <>
      <Shell><Current key={path.value} {...values} /></Shell>
      <Toasts />
    </>
  );
}

function Unreachable() {
  return (
    <main class="alone">
      <h1>Payhook</h1>
      <p role="alert">{sessionFault.value}</p>
      <p><a href={to("/")} onClick={() => location.reload()}>Try again</a></p>
    </main>
  );
}

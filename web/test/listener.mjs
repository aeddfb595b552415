// Starts the listener that was built, with a database of its own, and ends it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const executable =
  process.env.PAYHOOK ?? fileURLToPath(new URL("../../artifacts/bin/Payhook/debug/payhook", import.meta.url));

export const secrets = { razorpay: "rzp-secret-of-the-shop", stripe: "whsec_secretoftheshop" };

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Variables are settings of the listener; a configuration is its payhook.json. */
export async function startListener(variables = {}, configuration = null, fixedPort = 0) {
  const directory = mkdtempSync(join(tmpdir(), "payhook-dashboard-"));
  if (configuration) writeFileSync(join(directory, "payhook.json"), JSON.stringify(configuration));
  const port = fixedPort || (await freePort());
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    PORT: String(port),
    LOG_FORMAT: "json",
    LOG_LEVEL: "warning",
    DATABASE_URL: `sqlite:///${join(directory, "events.db")}`,
    ...variables,
  };
  const child = spawn(executable, [], { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (data) => {
    log = (log + data).slice(-20_000);
  });
  child.stderr.on("data", (data) => {
    log = (log + data).slice(-20_000);
  });
  const base = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    if (child.exitCode !== null || i === 600) throw new Error(`the listener did not start\n${log}`);
    try {
      if ((await fetch(`${base}/health`)).ok) break;
    } catch {
      /* not there yet */
    }
    await pause(50);
  }
  return {
    base,
    directory,
    env,
    log: () => log,
    async stop() {
      const ended = new Promise((resolve) => {
        child.once("exit", resolve);
      });
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Until it is so, or an error after the time that was given. */
export async function eventually(what, test, deadlineMilliseconds = 10_000) {
  const end = Date.now() + deadlineMilliseconds;
  for (;;) {
    const found = await test();
    if (found) return found;
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await pause(25);
  }
}

// Starts the listener with one source for each provider, and talks to it.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const executable = fileURLToPath(new URL("../artifacts/bin/Payhook/release/payhook", import.meta.url));

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** With a configuration, it finds it as payhook.json. */
export async function startListener(variables, configuration) {
  const directory = mkdtempSync(join(tmpdir(), "payhook-interop-"));
  if (configuration) writeFileSync(join(directory, "payhook.json"), JSON.stringify(configuration));
  const port = await freePort();
  const env = { PATH: process.env.PATH, HOME: directory, PORT: String(port), LOG_FORMAT: "json", ...variables };
  const child = spawn(executable, [], { cwd: directory, env, stdio: ["ignore", "pipe", "inherit"] });
  const base = `http://127.0.0.1:${port}`;
  let log = "";
  child.stdout.on("data", (data) => { log += data; });
  for (let i = 0; i < 200; i++) {
    if (child.exitCode !== null) throw new Error(`the listener ended with ${child.exitCode}\n${log}`);
    try {
      if ((await fetch(`${base}/health`)).ok) break;
    } catch { /* not there yet */ }
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return {
    base,
    /** Posts a request and gives back the status, the text and, where it is JSON, its members. */
    async post(path, body, headers) {
      const response = await fetch(base + path, { method: "POST", body, headers });
      const text = await response.text();
      let json = {};
      try { json = JSON.parse(text); } catch { /* a text */ }
      return { ...json, status: response.status, text }; // an answer has a status of its own
    },
    async stop() {
      child.kill("SIGTERM");
      await new Promise((resolve) => { child.once("exit", resolve); });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What `payhook sign` makes of a body: its headers, by lower-case name. */
export function sign(provider, secret, body, ...options) {
  const output = execFileSync(
    executable, ["sign", "--provider", provider, "--secret", secret, "--header", ...options, "-"],
    { input: body, encoding: "utf8", env: { PATH: process.env.PATH } });
  return Object.fromEntries(output.trim().split("\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
}

/** Lets `payhook send` post a delivery and gives back what it printed: the status and the answer. */
export function send(url, provider, secret, ...options) {
  return spawnSync(
    executable, ["send", "--provider", provider, "--secret", secret, "--url", url, ...options],
    { encoding: "utf8", env: { PATH: process.env.PATH } }).stdout;
}

// A PostgreSQL of the tests' own, from the system's package, in a temporary directory.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "./listener.mjs";

const root = "/usr/lib/postgresql";
const binaries = () =>
  join(
    root,
    readdirSync(root)
      .sort((a, b) => Number(a) - Number(b))
      .at(-1),
    "bin",
  );

/** PostgreSQL refuses to run as root, so root becomes the package's user. */
function run(program, ...options) {
  const path = join(binaries(), program);
  const isRoot = userInfo().username === "root";
  const [command, all] = isRoot ? ["runuser", ["-u", "postgres", "--", path, ...options]] : [path, options];
  execFileSync(command, all, { cwd: "/", stdio: "ignore" });
}

export async function startPostgres() {
  const directory = mkdtempSync(join(tmpdir(), "payhook-postgres-"));
  if (userInfo().username === "root") execFileSync("chown", ["postgres", directory]);
  const [data, port] = [join(directory, "data"), await freePort()];
  run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync");
  run(
    "pg_ctl",
    "-D",
    data,
    "-w",
    "-t",
    "60",
    "-l",
    join(directory, "log"),
    "-o",
    `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1`,
    "start",
  );
  let databases = 0;
  return {
    createDatabase() {
      const name = `test${++databases}`;
      run("createdb", "-h", "127.0.0.1", "-p", String(port), "-U", "postgres", name);
      return `postgresql://postgres@127.0.0.1:${port}/${name}`;
    },
    stop() {
      run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

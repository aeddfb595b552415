// The sources: their types, their units, and that the files in the repository are what they are built to.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(web, "node_modules", ".bin", name);
const temporary = () => mkdtempSync(join(tmpdir(), "payhook-web-"));
const firstLoadLimitBytes = 200_000;

const filesOf = (directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

test("The types hold", () => {
  const { status, stdout } = spawnSync(bin("tsc"), ["--noEmit"], { cwd: web, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

test("The built files in the repository are built of these sources", () => {
  const built = temporary();
  try {
    execFileSync(bin("vite"), ["build", "--outDir", built, "--emptyOutDir", "--logLevel", "error"], { cwd: web });
    const committed = join(web, "dist");
    const names = (root) =>
      filesOf(root)
        .map((file) => file.slice(root.length))
        .sort();
    assert.deepEqual(names(built), names(committed), "run: npm run build, and commit web/dist");
    for (const name of names(built))
      assert.ok(readFileSync(join(built, name)).equals(readFileSync(join(committed, name))), `${name} differs`);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
});

test("All of it together is under 200 kB compressed", () => {
  const sizes = filesOf(join(web, "dist")).map((file) =>
    file.endsWith(".woff2") ? readFileSync(file).length : gzipSync(readFileSync(file)).length,
  );
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(whole < firstLoadLimitBytes, `${whole} bytes`);
});

test("No file leads to another host", () => {
  for (const file of filesOf(join(web, "dist"))) {
    if (!/\.(js|css|html)$/.test(file)) continue;
    const hosts = [
      ...readFileSync(file, "utf8").matchAll(/(?:src|href|url|import)\s*[=(]\s*["'`]?(https?:)?\/\/[^\s"'`)]+/g),
    ];
    assert.deepEqual(
      hosts.map((found) => found[0]),
      [],
      file,
    );
  }
});

test("The sources stay readable", () => {
  const files = [...filesOf(join(web, "src")), ...filesOf(join(web, "test"))];
  for (const file of files.filter((name) => /\.(tsx?|css|mjs)$/.test(name))) {
    const lines = readFileSync(file, "utf8").split("\n");
    assert.ok(lines.length <= 400, `${file} has ${lines.length} lines`);
    lines.forEach((line, i) => assert.ok(line.length <= 120, `${file}:${i + 1} has ${line.length} characters`));
  }
});

const results = temporary();
const units = spawnSync(bin("vitest"), ["run", "--reporter=json", `--outputFile=${join(results, "units.json")}`], {
  cwd: web,
  encoding: "utf8",
});
const told = JSON.parse(readFileSync(join(results, "units.json"), "utf8"));
rmSync(results, { recursive: true, force: true });

test("The units run", () => {
  assert.equal(units.status === 0, told.success, units.stderr);
  assert.ok(told.numTotalTests > 0, "there are none");
});
for (const unit of told.testResults.flatMap((file) => file.assertionResults))
  test(unit.fullName, () => assert.equal(unit.status, "passed", unit.failureMessages.join("\n")));

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const launcher = fileURLToPath(new URL("../../scripts/launch.mjs", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "judge-"));
afterAll(() => rmSync(folder, { recursive: true }));
const timeoutMs = 30_000;

const write = '{"client":0,"call":"write","value":"1","calledAt":0,"settledAt":1}';
const freshRead = '{"client":1,"call":"read","answer":"1","calledAt":2,"settledAt":3}';
const staleRead = '{"client":1,"call":"read","answer":null,"calledAt":2,"settledAt":3}';
const good = historyFile("good.jsonl", [write, freshRead]);
const bad = historyFile("bad.jsonl", [write, staleRead]);

test(
  "a linearizable history exits 0 and says so",
  () => {
    const { status, stdout } = judge(good);
    expect(stdout).toContain("✓ Linearizable: 2 operations, 1 key");
    expect(status).toBe(0);
  },
  timeoutMs,
);

test(
  "an illegal history exits 1 and names the operation that cannot be placed, with its line",
  () => {
    const { status, stdout } = judge(bad);
    expect(stdout).toContain("✗ Not linearizable.");
    expect(stdout).toContain("Cannot come next: client 1  read → absent   (line 2)");
    expect(stdout).toContain("The value is then 1, but it saw absent.");
    expect(status).toBe(1);
  },
  timeoutMs,
);

test(
  "a budget that is too small exits 1 and gives the command that searches further",
  () => {
    const { status, stdout } = judge(good, "--nodes", "1");
    expect(stdout).toContain("? Undecided.");
    expect(stdout).toContain(`npm run judge ${good} -- --nodes 10`);
    expect(status).toBe(1);
  },
  timeoutMs,
);

test(
  "--json prints one object and nothing else",
  () => {
    const { status, stdout } = judge(bad, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "illegal",
      model: "register",
      operations: 2,
      linearization: [{ line: 1 }],
      unplaced: { line: 2, output: null },
    });
    expect(status).toBe(1);
  },
  timeoutMs,
);

test.each([
  ["a missing file", [path.join(folder, "goood.jsonl")], 'Did you mean "good.jsonl"?'],
  ["no file", [], "Expected a file with a history"],
  ["a malformed file", [historyFile("torn.jsonl", [write, "{"])], "Line 2: expected a field name"],
  ["an unknown model", [good, "--model", "registr"], 'Did you mean "register"?'],
  ["a model without these calls", [good, "--model", "queue", "--json"], "--model to be register"],
  ["a budget of nothing", [good, "--nodes", "0"], "Expected --nodes to be at least 1"],
])(
  "%s exits 2, says what was expected, and leaves standard output empty",
  (_, commandArguments, message) => {
    const { status, stdout, stderr } = judge(...commandArguments);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  },
  timeoutMs,
);

function historyFile(name: string, lines: readonly string[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, lines.join("\n"));
  return file;
}

function judge(...commandArguments: string[]) {
  return spawnSync(process.execPath, [launcher, "judge", ...commandArguments], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
}

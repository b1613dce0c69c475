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

const firstDoctor =
  '{"client":0,"operations":[["read","b",[]],["append","a",1]],"calledAt":0,"settledAt":2}';
const secondDoctor =
  '{"client":1,"operations":[["read","a",[]],["append","b",1]],"calledAt":1,"settledAt":3}';
const lateDoctor =
  '{"client":1,"operations":[["read","a",[]],["append","b",1]],"calledAt":3,"settledAt":4}';
const skew = historyFile("skew.jsonl", [firstDoctor, secondDoctor]);
const late = historyFile("late.jsonl", [firstDoctor, lateDoctor]);

test(
  "write skew exits 0 for snapshot isolation, and 1 for serializable with its cycle in words",
  () => {
    const allowed = judge(skew, "--model", "snapshot-isolation");
    expect(allowed.stdout).toContain(
      "✓ Snapshot isolation: 2 transactions, 2 of them committed, 2 lists.",
    );
    expect(allowed.status).toBe(0);
    const { status, stdout } = judge(skew, "--model", "serializable");
    expect(stdout).toContain("✗ Not serializable");
    expect(stdout).toContain("write skew (G2-item): T1 and T2");
    expect(stdout).toContain("T1  client 0  read b → [] · append 1 to a   (line 1)");
    expect(stdout).toContain("T1 ─rw→ T2  because T1 read b as [], without 1, which T2 appended");
    expect(stdout).toContain("therefore T1 would come before itself");
    expect(status).toBe(1);
  },
  timeoutMs,
);

test(
  "--real-time asks for the order of the clock as well",
  () => {
    expect(judge(late, "--model", "snapshot-isolation").status).toBe(0);
    const { status, stdout } = judge(late, "--model", "snapshot-isolation", "--real-time");
    expect(stdout).toContain("stale read, by the clock: T2 was begun after T1 was answered");
    expect(status).toBe(1);
  },
  timeoutMs,
);

test(
  "a history of Elle is judged, and --json prints one object",
  () => {
    const elle = historyFile("elle.edn", [
      "{:type :invoke, :f :txn, :value [[:append 5 1] [:r 6 nil]], :process 0, :index 0}",
      "{:type :invoke, :f :txn, :value [[:append 6 1] [:r 5 nil]], :process 1, :index 1}",
      "{:type :ok, :f :txn, :value [[:append 5 1] [:r 6 [1]]], :process 0, :index 2}",
      "{:type :ok, :f :txn, :value [[:append 6 1] [:r 5 [1]]], :process 1, :index 3}",
    ]);
    const { status, stdout } = judge(elle, "--model", "snapshot-isolation", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      format: "Jepsen EDN",
      model: "snapshot-isolation",
      realTime: false,
      transactions: 2,
      verdict: "illegal",
      anomalies: [
        {
          kind: "G1c",
          name: "circular information flow (G1c)",
          transactions: [{ line: 1 }, { line: 2 }],
          cycle: [
            { type: "wr", from: "T1", to: "T2" },
            { type: "wr", from: "T2", to: "T1" },
          ],
        },
      ],
    });
    expect(status).toBe(1);
  },
  timeoutMs,
);

test(
  "appends whose order nobody saw may need a larger budget, and the command for it is given",
  () => {
    const hidden = historyFile("hidden.jsonl", [
      '{"client":0,"operations":[["read","b",[]],["append","a",1]],"calledAt":0,"settledAt":5}',
      '{"client":1,"operations":[["append","b",1],["append","a",2]],"calledAt":0,"settledAt":1}',
    ]);
    expect(judge(hidden, "--model", "snapshot-isolation").status).toBe(0);
    const { status, stdout } = judge(hidden, "--model", "snapshot-isolation", "--nodes", "1");
    expect(stdout).toContain("? Undecided (snapshot isolation)");
    expect(stdout).toContain(`npm run judge ${hidden} -- --model snapshot-isolation --nodes 10`);
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
  ["a misspelt isolation model", [skew, "--model", "serialisable"], '"serializable"?'],
  ["real time without isolation", [good, "--real-time"], "Expected --real-time together with"],
  [
    "operations where transactions are wanted",
    [good, "--model", "serializable"],
    "Line 1: expected only the fields name, client, operations",
  ],
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

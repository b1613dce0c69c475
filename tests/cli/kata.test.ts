/** `npm run kata`, run as a learner runs it, without a terminal and in a folder whose path has a space. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const slowMs = 60_000;
vi.setConfig({ testTimeout: slowMs });
let folder: string;
let attempts: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "kata-test-"));
  attempts = path.join(folder, "my attempts");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("starting", () => {
  test("a first start makes the attempt, shows the first screen and its expected red, and exits 0", async () => {
    const { exitCode, stdout } = await kata("durable-kv");
    expect(exitCode).toBe(0);
    expect(readdirSync(file()).sort()).toEqual([
      ".attempt.json",
      "NOTES.md",
      "durable-kv.test.ts",
      "durable-kv.ts",
    ]);
    const lines = stdout.split("\n");
    const firstScreen = lines.slice(0, lines.indexOf("Grade  npm run grade durable-kv") + 1);
    expect(firstScreen.length).toBeGreaterThan(5);
    expect(firstScreen.length).toBeLessThanOrEqual(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain("Red is expected at first");
    expect(stdout).toMatch(/✗ 0 of \d+ visible tests pass .*1 of 1 own test passes/);
    expect(stdout).toContain("NotImplementedError");
    expect(stdout).not.toContain("\u001b");
  });

  test("a second start changes no file, however damaged its contents are", async () => {
    mkdirSync(file(), { recursive: true });
    writeFileSync(file("durable-kv.ts"), "this is not TypeScript {{{");
    writeFileSync(file(".attempt.json"), "{ not JSON");
    writeFileSync(file("grade.json"), "neither is this");
    const { exitCode, stdout } = await kata("durable-kv");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(".attempt.json is not what this command wrote");
    expect(stdout).toContain("visible tests do not load");
    expect(readFileSync(file("durable-kv.ts"), "utf8")).toBe("this is not TypeScript {{{");
    expect(readFileSync(file(".attempt.json"), "utf8")).toBe("{ not JSON");
    expect(existsSync(file("NOTES.md"))).toBe(true);
  });

  test("two starts at once make one whole attempt", async () => {
    const both = await Promise.all([kata("durable-kv"), kata("durable-kv")]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const starter = readFileSync(path.join(root, "katas/durable-kv/starter.ts"), "utf8");
    expect(readFileSync(file("durable-kv.ts"), "utf8")).toBe(starter);
    expect(readdirSync(file()).filter((name) => name.startsWith(".new-"))).toEqual([]);
  });
});

describe("fresh and restore", () => {
  test("fresh puts the attempt away, and restore brings it back and puts the other one away", async () => {
    mkdirSync(file(), { recursive: true });
    writeFileSync(file("durable-kv.ts"), "export const level = 2; // mine");
    const fresh = await kata("durable-kv", "fresh");
    expect(fresh.exitCode).toBe(0);
    expect(fresh.stdout).toContain("Put away");
    expect(archived()).toEqual(["1-level-2"]);
    expect(readFileSync(file("durable-kv.ts"), "utf8")).toContain("NotImplementedError");

    writeFileSync(file("durable-kv.ts"), "export const level = 3; // the second");
    const list = await kata("durable-kv", "--restore");
    expect(list.exitCode).toBe(0);
    expect(list.stdout).toContain("1-level-2");

    const restored = await kata("durable-kv", "--restore", "1");
    expect(restored.exitCode).toBe(0);
    expect(readFileSync(file("durable-kv.ts"), "utf8")).toBe("export const level = 2; // mine");
    expect(archived()).toEqual(["2-level-3"]);
    const help = readFileSync(path.join(attempts, ".history/durable-kv/help.jsonl"), "utf8");
    expect(help).toMatch(/^\{.*"event":"fresh"\}\n\{.*"event":"restored"\}\n$/);
  });

  test("restoring a number that is not there exits 2 and names those that are", async () => {
    mkdirSync(path.join(attempts, ".history", "durable-kv", "4-level-1"), { recursive: true });
    const { exitCode, stdout, stderr } = await kata("durable-kv", "restore", "3");
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("one of 4, got 3");
  });
});

describe("what lies in the way", () => {
  test("a file where the attempt's folder should be is named and kept", async () => {
    mkdirSync(attempts, { recursive: true });
    writeFileSync(file(), "precious");
    const { exitCode, stdout, stderr } = await kata("durable-kv");
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Expected a folder for the attempt");
    expect(readFileSync(file(), "utf8")).toBe("precious");
  });

  test("a folder where the learner's file should be is named and kept", async () => {
    mkdirSync(file("durable-kv.ts"), { recursive: true });
    const { exitCode, stderr } = await kata("durable-kv");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("found a folder");
    expect(readdirSync(file())).toEqual(["durable-kv.ts"]);
  });

  test("a file where the archive should be stops fresh before anything moves", async () => {
    mkdirSync(file(), { recursive: true });
    writeFileSync(file("durable-kv.ts"), "mine");
    writeFileSync(path.join(attempts, ".history"), "foreign");
    const { exitCode, stderr } = await kata("durable-kv", "fresh");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Expected a folder for archived attempts");
    expect(readFileSync(file("durable-kv.ts"), "utf8")).toBe("mine");
  });

  test("a place that cannot be written is one sentence", async () => {
    // The superuser may write anywhere but in the kernel's own folders.
    const isSuperuser = process.getuid?.() === 0;
    const readOnly = isSuperuser ? "/proc/systems-katas" : attempts;
    chmodSync(folder, 0o500);
    const { exitCode, stdout, stderr } = await kataIn(readOnly, "durable-kv");
    chmodSync(folder, 0o700);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("ATTEMPTS_DIR");
  });
});

describe("the command line", () => {
  test("without a name it lists the katas and says which to do next", async () => {
    mkdirSync(file(), { recursive: true });
    writeFileSync(file("durable-kv.ts"), "");
    const invariants = [
      { level: 1, status: "held" },
      { level: 2, status: "declined" },
      { level: 3, status: "held" },
      { level: 3, status: "broken" },
      { level: 4, status: "not-attempted" },
      { level: 5, status: "not-attempted" },
    ];
    writeFileSync(file("grade.json"), JSON.stringify({ invariants, score: { total: null } }));
    const { exitCode, stdout } = await kata();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/→ +durable-kv +1–3 +\d+ +2 of 5 +– +– +– +\d{4}-\d\d-\d\d/);
    expect(stdout).toContain("npm run kata durable-kv");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each([
    [["durable-kw"], 'Did you mean "durable-kv"?'],
    [["durable-kv", "--frehs"], "--fresh"],
    [["durable-kv", "7"], "only after restore"],
    [["durable-kv", "fresh", "restore"], "got both"],
    [["fresh"], "Expected the name of a kata"],
    [["durable-kv", "another"], "Expected one kata"],
  ])("%j exits 2 with nothing on standard output", async (words, expected) => {
    const { exitCode, stdout, stderr } = await kata(...words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(expected);
    expect(existsSync(attempts)).toBe(false);
  });
});

function file(name = ""): string {
  return path.join(attempts, "durable-kv", name);
}

function archived(): string[] {
  const archive = path.join(attempts, ".history", "durable-kv");
  if (!existsSync(archive)) return [];
  return readdirSync(archive)
    .filter((name) => !name.endsWith(".jsonl"))
    .sort();
}

function kata(...words: string[]) {
  return kataIn(attempts, ...words);
}

function kataIn(attemptsFolder: string, ...words: string[]) {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, "scripts/launch.mjs"), "kata", ...words],
      { cwd: root, env: { ...Object.fromEntries(environment), ATTEMPTS_DIR: attemptsFolder } },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}

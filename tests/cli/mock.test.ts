/** `npm run mock` without a terminal: what it refuses, what it prints, and that it never prints the reference. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { formats } from "../../rubric/formats.ts";
import { parseCommandLine, UsageError } from "../../scripts/lib/arguments.ts";
import { attemptOf } from "../../scripts/lib/kata/attempt.ts";
import { loadKataRubric } from "../../scripts/lib/help/kata-rubric.ts";
import { loadCatalogue, loadPromises, type Kata } from "../../scripts/lib/kata/catalogue.ts";
import {
  deedOf,
  formatWanted,
  minutesWanted,
  mockCommand,
  variantWanted,
} from "../../scripts/lib/mock/mock-options.ts";
import { interviewerPack, interviewerPrompt, judgePrompt } from "../../scripts/lib/mock/packs.ts";
import { beginSession, makeFresh } from "../../scripts/lib/mock/run-session.ts";
import { drawPlan } from "../../scripts/lib/mock/session-plan.ts";

const root = path.resolve(import.meta.dirname, "../..");
vi.setConfig({ testTimeout: 240_000 });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mock cli "));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("packs", () => {
  test("of every kata have all phases, facts, probes and rules, and no three lines in a row of the reference", async () => {
    for (const kata of await loadCatalogue(root)) {
      const reference = tripletsOf(textsBelow(path.join(root, "solutions", kata.name)));
      expect(reference.size).toBeGreaterThan(50);
      const { plan, rubric } = await packOf(kata);
      const request = { plan, rubric, variant: null };
      const packs = [interviewerPack(request), interviewerPrompt(request)];
      for (const pack of packs) {
        expect(shared(pack, reference), kata.name).toEqual([]);
        for (const { title, opens } of plan.phases) {
          expect(pack).toContain(title);
          expect(pack).toContain(opens);
        }
        for (const { answer } of plan.facts) expect(pack).toContain(answer);
        for (const { asks, strong } of rubric.probes) {
          expect(pack).toContain(asks);
          expect(pack).toContain(strong);
        }
        expect(pack).toContain("Never point at a bug");
        expect(pack).toContain(rubric.changes.find(({ id }) => id === plan.change?.id)?.says);
      }
      const judge = judgePrompt(
        request,
        `{"event":"asked","question":"${rubric.probes[0]?.id ?? ""}"}`,
      );
      expect(shared(judge, reference), kata.name).toEqual([]);
      expect(judge).toContain("Infer nothing that the log does not hold");
      expect(judge).toContain(rubric.probes[0]?.strong);
      // What was not asked is not judged.
      expect(judge).not.toContain(rubric.probes[1]?.strong);
    }
  });

  test("a variant takes the place of the problem", async () => {
    const kata = await kataNamed("hash-ring");
    const { plan, rubric } = await packOf(kata);
    const [variant] = rubric.variants;
    if (variant === undefined) throw new Error("Expected a variant.");
    const prompt = interviewerPrompt({ plan, rubric, variant });
    expect(prompt).toContain(variant.says);
    expect(prompt).not.toContain(plan.prompt);
  });
});

describe("the command", () => {
  test("says what it needs where there is no terminal, and exits 2 with nothing on standard output", async () => {
    const { code, stdout, stderr } = await mock("hash-ring");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("a terminal of at least 80 × 24");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("refuses what does not go together, with what was expected", async () => {
    const rubric = await loadKataRubric(root, await kataNamed("hash-ring"));
    const refusals: [string[], string][] = [
      [["hash-ring", "--format", "stafff"], 'Did you mean "staff"?'],
      [["hash-ring", "--minutes", "0"], "Expected --minutes from 1 to 240, got 0."],
      [["hash-ring", "review", "close"], "either --review or --close"],
      [["hash-ring", "7"], "a number only after review or judge-prompt"],
      [["hash-ring", "review", "--seed", "3"], "leave it out with --review"],
      [["hash-ring", "--variant", "stock"], "--variant goes with --interviewer or --prompt"],
      [["hash-ring", "prompt", "--variant", "nonsense"], "The variants are:"],
    ];
    for (const [typed, expected] of refusals) {
      const begin = () => {
        const commandLine = parseCommandLine(mockCommand, typed, {});
        deedOf(commandLine);
        variantWanted(commandLine, rubric);
        minutesWanted(commandLine, formatWanted(commandLine, rubric));
      };
      expect(begin, typed.join(" ")).toThrow(UsageError);
      expect(begin, typed.join(" ")).toThrow(expected);
    }
  });

  test("closes a session that was left, grades what is there in full, and plays it back", async () => {
    const kata = await kataNamed("hash-ring");
    const { plan } = await packOf(kata);
    const promises = await loadPromises(kata);
    const attempt = attemptOf(folder, kata);
    const place = { root, kata, promises, attempt, date: () => new Date() };
    const writer = await beginSession(place, plan);
    await makeFresh(place, writer);
    const stripped =
      "export const level = 1;\nexport const createHashRing = () => { throw new Error('no'); };\n";
    writeFileSync(attempt.subjectFile, stripped);

    const closed = await mock("hash-ring", "close");
    expect(closed.code, closed.stderr).toBe(1);
    expect(closed.stdout).toContain("At the bell");
    expect(closed.stdout).toContain("Self-evaluation");
    const frozen = path.join(folder, ".history/hash-ring/sessions/1-at-the-bell");
    expect(readFileSync(path.join(frozen, "hash-ring.ts"), "utf8")).toBe(stripped);
    const grade = JSON.parse(readFileSync(path.join(frozen, "grade.json"), "utf8")) as {
      partial: boolean;
    };
    expect(grade.partial).toBe(false);
    expect(readFileSync(path.join(frozen, "report.html"), "utf8")).toContain(
      "Session 1 · hash-ring",
    );
    const [line = ""] = readFileSync(
      path.join(folder, ".history/hash-ring/grades.jsonl"),
      "utf8",
    ).split("\n");
    expect(JSON.parse(line)).toMatchObject({ session: 1, partial: false, verdict: "fail" });
    expect(readdirSync(attempt.folder)).not.toContain("grade.json");

    const review = await mock("hash-ring", "review");
    expect(review.code).toBe(0);
    expect(review.stdout).toContain("The bell: closed early.");
    expect(review.stdout.slice(review.stdout.indexOf("At the bell"))).toBe(
      closed.stdout.slice(closed.stdout.indexOf("At the bell")),
    );
  });
});

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

async function kataNamed(name: string): Promise<Kata> {
  const kata = (await loadCatalogue(root)).find((each) => each.name === name);
  if (kata === undefined) throw new Error(`Expected the kata ${name}.`);
  return kata;
}

async function packOf(kata: Kata) {
  const rubric = await loadKataRubric(root, kata);
  const format = formats[rubric.format];
  const promises = await loadPromises(kata);
  const request = {
    kata,
    promises,
    rubric,
    format,
    minutes: format.minutes,
    seed: 1,
    weakest: null,
  };
  return { plan: drawPlan(request), rubric };
}

/** Every three lines in a row that say something. */
function tripletsOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(tripletsIn));
}

function tripletsIn(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.slice(2).map((_, index) => lines.slice(index, index + 3).join("\n"));
}

function shared(pack: string, reference: ReadonlySet<string>): string[] {
  return tripletsIn(pack).filter((triplet) => reference.has(triplet));
}

function textsBelow(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
}

interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

function mock(...typed: string[]): Promise<Finished> {
  const tsx = path.join(root, "node_modules/tsx/dist/esm/index.mjs");
  const environment = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    ATTEMPTS_DIR: folder,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--import", tsx, path.join(root, "scripts/mock.ts"), ...typed],
      { env: environment, cwd: root, maxBuffer: 10_000_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

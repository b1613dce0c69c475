/**
 * Histories kept as tests: red for the planted bug that yielded them, green for the reference, and good
 * neighbours in one file. They are run by vitest itself, in a process of its own, as a learner's are.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Subject } from "#katas/durable-kv/contract.ts";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import type { LoadedSubject } from "../harness/check.ts";
import { checkOf, type Experiment, type JointExperiment } from "../harness/experiment.ts";
import { loadSubject } from "../harness/subject-loader.ts";
import { decodeToken } from "../harness/token.ts";
import { asTest } from "./as-test.ts";
import { scenes } from "./as-test/scenes/index.ts";
import { experiments } from "./checks/index.ts";
import { suite } from "./suite.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** An impostor for each phase in which a promise may break, and for each way of playing a scene. */
const impostors = [
  "append-not-awaited",
  "sync-beside-the-append",
  "torn-line-is-an-error",
  "tail-left-in-place",
  "recovery-needs-no-sync",
  "merged-with-one-directory-sync",
  "unreadable-is-empty",
  "failed-sync-is-tried-again",
  "short-reads-leave-zeros",
  "salvages-what-is-left",
  "snapshot-replaces-too-early",
  "read-cache-forgets-puts",
  "close-turns-writers-away",
  "reads-see-waiting-writes",
  "sync-covers-lone-latecomers",
  "keeps-the-callers-buffer",
  "long-keys-are-hashed",
  "second-close-is-refused",
  "takes-over-a-held-lock",
  "dictionary-in-the-module",
  "sixteen-writers-at-a-time",
  "reads-wait-for-their-writers",
  "the-batch-does-not-count",
  "old-segments-are-hidden",
];

interface Kept {
  impostor: string;
  text: string;
}

interface Report {
  testResults: {
    name: string;
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-as-test-"));
const kept: Kept[] = [];
let report: Report;

beforeAll(async () => {
  for (const impostor of impostors) kept.push(await keptFrom(impostor));
  kept.push(await keptFromManyLives("tail-left-in-place", "durable-kv/writes-go-on-after-a-crash"));
  for (const [index, { impostor, text }] of kept.entries()) {
    await place(
      `red-${index}`,
      path.join(import.meta.dirname, "impostors", `${impostor}.ts`),
      text,
    );
  }
  // One file holds them all, beside a test that has imported the same names already.
  const all = [learnersTest, ...kept.map(({ text }) => text)].join("\n");
  await place("green", path.join(root, "solutions/durable-kv/durable-kv.ts"), all);
  report = await runVitest();
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a history kept as a test", () => {
  it("is red for the planted bug that has yielded it", () => {
    const green = kept.filter((_, index) => outcomesOf(`red-${index}`).join() !== "failed");
    expect(green.map(({ impostor }) => impostor)).toEqual([]);
  });

  it("is green for the reference, with all the others in one file", () => {
    const failures = fileOf("green")?.assertionResults.flatMap((one) => one.failureMessages);
    expect(failures).toEqual([]);
    expect(outcomesOf("green")).toEqual(Array.from({ length: kept.length + 1 }, () => "passed"));
  });

  it("is named after the promise, and says how to see the history again", () => {
    const [{ text } = { text: "" }] = kept;
    const id = "durable-kv/answered-writes-outlive-the-process";
    expect(text).toContain(invariants.find((one) => one.id === id)?.sentence);
    expect(text).toMatch(/^\/\/ .* npm run grade durable-kv -- --replay 1\.\S+\n/);
  });

  it("comes from its token alone", async () => {
    const subject = await loadImpostor("tail-left-in-place");
    const id = "durable-kv/writes-go-on-after-a-crash";
    const verdict = await suite.checks[id](subject, { seed: 1, effort: 0.1 });
    const token = verdict.status === "broken" ? verdict.replay : null;
    expect(suite.asTest(token ?? "")).toContain(`--replay ${token ?? "nothing"}\n`);
  });

  it("exists for every scene", () => {
    const missing: string[] = [];
    for (const { id } of invariants) {
      for (const testCase of experiments[id].cases({ seed: 1, effort: 0.01 }) as Iterable<object>) {
        if (!("scene" in testCase)) break;
        if (scenes[id]?.[String(testCase.scene)] === undefined)
          missing.push(`${id}: ${String(testCase.scene)}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

// ── Histories ─────────────────────────────────────────────────────────────────────────────────

async function keptFrom(impostor: string): Promise<Kept> {
  const subject = await loadImpostor(impostor);
  const { promise } = (subject.exports as unknown as { impostor: { promise: InvariantId } })
    .impostor;
  return { impostor, text: asTest(promise, await caseFrom(experiments[promise], subject)) };
}

/** The history that the second part of a promise's check finds: many lives on one disk. */
async function keptFromManyLives(impostor: string, id: InvariantId): Promise<Kept> {
  const { parts } = experiments[id] as JointExperiment<Subject>;
  const part = parts.findIndex((one) => "plan" in one);
  const lives = parts[part] as Experiment<Subject, unknown>;
  return {
    impostor,
    text: asTest(id, { part, of: await caseFrom(lives, await loadImpostor(impostor)) }),
  };
}

async function caseFrom(
  experiment: Experiment<Subject, unknown>,
  subject: LoadedSubject<Subject>,
): Promise<unknown> {
  const verdict = await checkOf(experiment)(subject, { seed: 1, effort: 0.3 });
  if (verdict.status !== "broken") throw new Error(`${subject.file} keeps ${experiment.promise}.`);
  const token = decodeToken(verdict.replay ?? "");
  if ("problem" in token) throw new Error(token.problem);
  return experiment.unpack?.(token.content) ?? token.content;
}

async function loadImpostor(impostor: string): Promise<LoadedSubject<Subject>> {
  const file = path.join(import.meta.dirname, "impostors", `${impostor}.ts`);
  return (await loadSubject(file)) as unknown as LoadedSubject<Subject>;
}

// ── Running them ──────────────────────────────────────────────────────────────────────────────

const learnersTest = `import { expect, test, vi } from "vitest";
import { createCrashDisk } from "#platform/testing/crash-disk.ts";
import { openDurableKv } from "./durable-kv.ts";

test("my own", async () => {
  vi.resetModules();
  const store = await openDurableKv({ disk: createCrashDisk(), directory: "store" });
  expect(await store.get(new Uint8Array(1))).toBe(undefined);
});
`;

async function place(name: string, subjectFile: string, test: string): Promise<void> {
  await mkdir(path.join(folder, name));
  await writeFile(
    path.join(folder, name, "durable-kv.ts"),
    `export * from ${JSON.stringify(subjectFile)};\n`,
  );
  await writeFile(path.join(folder, name, "durable-kv.test.ts"), test);
}

async function runVitest(): Promise<Report> {
  const configuration = {
    resolve: {
      alias: {
        "#platform": path.join(root, "katas/platform"),
        "#katas": path.join(root, "katas"),
        vitest: path.join(root, "node_modules/vitest/dist/index.js"),
      },
    },
    test: {
      root: folder,
      pool: "forks",
      isolate: false,
      maxWorkers: 2,
      reporters: ["json"],
      outputFile: "report.json",
    },
  };
  const configurationFile = path.join(folder, "vitest.config.mjs");
  writeFileSync(configurationFile, `export default ${JSON.stringify(configuration)};\n`);
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(
    process.execPath,
    [vitest, "run", "--root", folder, "--config", configurationFile],
    { stdio: "ignore" },
  );
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8")) as Report;
}

function fileOf(name: string): Report["testResults"][number] | undefined {
  return report.testResults.find((file) => file.name.includes(`/${name}/`));
}

function outcomesOf(name: string): string[] {
  return fileOf(name)?.assertionResults.map(({ status }) => status) ?? [];
}

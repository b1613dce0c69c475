/**
 * Every check of the repository, a line for each as it ends, and the sum.
 * A failure prints what its tool said; nothing is retried and nothing is skipped.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { inLanes, runTool, type Tool } from "./tool.ts";

/** The slow ones first, so that the lanes end together. */
const staticChecks: readonly Tool[] = [
  { title: "lint", script: "eslint/bin/eslint.js", arguments: [".", "--max-warnings=0"] },
  { title: "types", script: "typescript-7/bin/tsc", arguments: ["--noEmit"] },
  { title: "unused code", script: "knip/bin/knip.js", arguments: ["--no-progress"] },
  {
    title: "import rules",
    script: "dependency-cruiser/bin/dependency-cruise.mjs",
    arguments: ["--config", ".dependency-cruiser.cjs", "katas", "solutions", "tests", "scripts"],
  },
  { title: "format", script: "prettier/bin/prettier.cjs", arguments: ["--check", "."] },
];

interface VitestRun {
  title: string;
  arguments: readonly string[];
}

/**
 * Planted bugs and other right implementations run the harness millions of times. Counting that would take half
 * their time again, and say nothing of how well the harness is tested.
 */
const proofsOfSuites = ["impostors.test.ts", "alternates.test.ts"];

const wholeRepository: readonly VitestRun[] = [
  {
    title: "tests and coverage",
    arguments: ["--coverage", ...proofsOfSuites.map((name) => `--exclude=**/${name}`)],
  },
  { title: "planted bugs and other right implementations", arguments: proofsOfSuites },
];

interface Counts {
  passed: number;
  failed: number;
}

/** Returns the exit code. With patterns, only the vitest files that match run, and no coverage is asked for. */
export async function proveRepository(patterns: readonly string[]): Promise<number> {
  const counts: Counts = { passed: 0, failed: 0 };
  if (patterns.length === 0) {
    await inLanes(
      availableParallelism(),
      staticChecks.map((check) => async () => {
        const run = await runTool(check);
        report(check.title, run.ok, run.seconds, run.output);
        counts[run.ok ? "passed" : "failed"] += 1;
      }),
    );
  }
  const runs = patterns.length === 0 ? wholeRepository : [{ title: "tests", arguments: patterns }];
  for (const run of runs) await runVitest(run, counts);
  process.stdout.write(`\n${String(counts.passed)} passed, ${String(counts.failed)} failed\n`);
  return counts.failed === 0 ? 0 : 1;
}

/** A run counts as its tests and, above them, one check: that every file ran and coverage keeps its floors. */
async function runVitest({ title, ...vitest }: VitestRun, counts: Counts): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "systems-katas-test-"));
  try {
    const resultFile = path.join(folder, "vitest.json");
    const run = await runTool({
      title,
      script: "vitest/vitest.mjs",
      arguments: [
        "run",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${resultFile}`,
        ...vitest.arguments,
      ],
    });
    const tests = await readCounts(resultFile);
    report(
      `${title} (${String(tests.passed)} of ${String(tests.total)})`,
      run.ok,
      run.seconds,
      run.output,
    );
    counts.passed += tests.passed;
    counts.failed += tests.total - tests.passed;
    if (run.ok && tests.total > 0) counts.passed += 1;
    else if (tests.total === tests.passed) counts.failed += 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readCounts(resultFile: string): Promise<{ passed: number; total: number }> {
  try {
    const result = JSON.parse(await readFile(resultFile, "utf8")) as {
      numPassedTests: number;
      numTotalTests: number;
    };
    return { passed: result.numPassedTests, total: result.numTotalTests };
  } catch {
    return { passed: 0, total: 0 };
  }
}

function report(title: string, ok: boolean, seconds: number, output: string): void {
  process.stdout.write(`${ok ? "✓" : "✗"} ${title}  ${seconds.toFixed(1)} s\n`);
  if (!ok) process.stdout.write(`${output.trimEnd().replaceAll(/^/gm, "    ")}\n`);
}

/** Runs test files as a learner's are run: by vitest, in a process of its own, each beside a `<kata>.ts`. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inRepository } from "./promises.ts";

export interface LearnersFiles {
  /** Names the run; no two are alike. */
  name: string;
  /** Stands for `<kata>.ts`. */
  subjectFile: string;
  /** The text of `<kata>.test.ts`. */
  test: string;
}

/** What came of one test. */
export interface TestOutcome {
  title: string;
  status: string;
  failureMessages: string[];
}

/** By the name of the run; a file that could not be run at all has one outcome, which is neither passed nor failed. */
export async function runAsLearner(
  kata: string,
  runs: readonly LearnersFiles[],
): Promise<Map<string, TestOutcome[]>> {
  const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-kept-tests-"));
  try {
    for (const { name, subjectFile, test } of runs) {
      const place = path.join(folder, name);
      const subject = `export * from ${JSON.stringify(subjectFile)};\n`;
      await mkdir(place);
      await writeFile(path.join(place, `${kata}.ts`), subject);
      await writeFile(path.join(place, `${kata}.test.ts`), test);
    }
    const files = await runVitest(folder);
    const outcomesOf = (name: string): TestOutcome[] => {
      const file = files.find((one) => one.name.includes(`/${name}/`));
      if (file !== undefined && file.assertionResults.length > 0) return file.assertionResults;
      const why = file?.message ?? "vitest says nothing about the file";
      return [{ title: name, status: "not run", failureMessages: [why] }];
    };
    return new Map(runs.map(({ name }) => [name, outcomesOf(name)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Report {
  /** The message is why the file could not be run, where it could not. */
  testResults: { name: string; message: string; assertionResults: TestOutcome[] }[];
}

async function runVitest(folder: string): Promise<Report["testResults"]> {
  const configuration = {
    resolve: {
      alias: {
        "#platform": inRepository("katas/platform"),
        "#katas": inRepository("katas"),
        vitest: inRepository("node_modules/vitest/dist/index.js"),
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
  await writeFile(configurationFile, `export default ${JSON.stringify(configuration)};\n`);
  const child = spawn(
    process.execPath,
    [
      inRepository("node_modules/vitest/vitest.mjs"),
      "run",
      ...["--root", folder],
      ...["--config", configurationFile],
    ],
    { stdio: "ignore" },
  );
  await new Promise((resolve) => child.once("close", resolve));
  const report = readFileSync(path.join(folder, "report.json"), "utf8");
  return (JSON.parse(report) as Report).testResults;
}

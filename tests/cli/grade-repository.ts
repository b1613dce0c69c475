/**
 * A repository in a temporary folder with the real grader and one tiny kata, so that the grader is tested
 * without depending on any kata that there is.
 */
import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const realRoot = path.resolve(import.meta.dirname, "../..");
export const kata = "tiny-counter";

const noProblems = `
  import { writeSync } from "node:fs";
  import { reportDescriptor } from "../protocol.ts";
  for (const report of [
    { kind: "imports", forbidden: [] },
    { kind: "types", problems: [] },
    { kind: "lint", blocking: [], remarks: [] },
  ]) writeSync(reportDescriptor, JSON.stringify(report) + "\\n");
`;

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class GradeRepository {
  readonly root = realpathSync(mkdtempSync(path.join(tmpdir(), "grade repository ")));

  constructor() {
    for (const place of [
      "scripts",
      "katas/platform",
      "tests/harness",
      "rubric",
      "package.json",
      "tsconfig.json",
    ]) {
      cpSync(path.join(realRoot, place), path.join(this.root, place), {
        recursive: true,
        filter: (source) => path.basename(source) !== "node_modules",
      });
    }
    symlinkSync(path.join(realRoot, "node_modules"), path.join(this.root, "node_modules"));
    const fixture = path.join(import.meta.dirname, "grade-fixture");
    for (const name of ["kata.ts", "contract.ts", "invariants.ts"]) {
      cpSync(path.join(fixture, name), path.join(this.root, "katas", kata, name), {
        recursive: true,
      });
    }
    for (const name of ["suite.ts", "stress.ts"]) {
      const text = readFileSync(path.join(fixture, name), "utf8");
      // Here it lies one folder deeper than the tests of a kata do.
      this.write(path.join("tests", kata, name), text.replace("../../harness/", "../harness/"));
    }
  }

  /** Writes a file below the root and answers with its path. */
  write(name: string, text: string): string {
    const file = path.resolve(this.root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /**
   * What reads types and lint takes two thirds of a grade. Where they are not what is tested, everybody's code
   * has no problems.
   */
  leaveOutAnalysis(): void {
    this.write("scripts/lib/grade/child/analyse.ts", noProblems);
  }

  attempt(text: string): string {
    return this.write(`attempts/${kata}/${kata}.ts`, text);
  }

  start(...typed: string[]): ChildProcess {
    return this.#start("scripts/grade.ts", typed);
  }

  grade(...typed: string[]): Promise<Finished> {
    return finished(this.start(...typed));
  }

  matrix(...typed: string[]): Promise<Finished> {
    return finished(this.#start("scripts/matrix.ts", typed));
  }

  /** Any other command, by its name. */
  run(command: string, ...typed: string[]): Promise<Finished> {
    return finished(this.#start(`scripts/${command}.ts`, typed));
  }

  #start(script: string, typed: readonly string[]): ChildProcess {
    const environment = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
    const tsx = path.join(realRoot, "node_modules/tsx/dist/esm/index.mjs");
    return spawn(process.execPath, ["--import", tsx, script, ...typed], {
      cwd: this.root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

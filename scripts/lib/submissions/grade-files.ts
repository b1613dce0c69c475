/**
 * One file for each grade, whole or not there: what makes a run that was interrupted go on where it was, and
 * parts of a run fit together.
 *
 *     OUT/grades/<file name of the person>.<seed>.json
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { GradeReport } from "../grade/grade-report.ts";
import { fileNameFor } from "./file-name.ts";

export interface GradeFile {
  name: string;
  seed: number;
  /** A hash of all that the grade follows from: the subject, what lies beside it, the suite, the seed, the scope. */
  key: string;
  /** Null when the grader itself could not do its work; then `problem` says why. */
  report: GradeReport | null;
  problem: string | null;
}

export function readGrade(out: string, name: string, seed: number): GradeFile | undefined {
  try {
    const grade = JSON.parse(readFileSync(placeOf(out, name, seed), "utf8")) as GradeFile;
    return grade.name === name && grade.seed === seed ? grade : undefined;
  } catch {
    // Not graded yet, or damaged: it is graded again.
    return undefined;
  }
}

export function writeGrade(out: string, grade: GradeFile): void {
  writeWhole(placeOf(out, grade.name, grade.seed), `${JSON.stringify(grade, null, 2)}\n`);
}

/** Replaces a file of ours in one step. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
}

function placeOf(out: string, name: string, seed: number): string {
  return path.join(out, "grades", `${fileNameFor(name)}.${seed}.json`);
}

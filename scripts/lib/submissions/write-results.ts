/**
 * What is left of a run for people and for programs.
 *
 *     OUT/
 *       index.html      promises × people
 *       results.json    the same and more
 *       results.csv     the same for a spreadsheet
 *       people/         a page for each person
 *       grades/         every grade, whole
 *       plan.json       what was to be done, and which part of it this is
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import type { Kata, KataPromise } from "../kata/catalogue.ts";
import { writeGrade, writeWhole, type GradeFile } from "./grade-files.ts";
import { pageFor } from "./page-for.ts";
import { planFile, readPlan, type Plan } from "./plan.ts";
import { resultsCsv } from "./results-csv.ts";
import { resultsPage } from "./results-page.ts";
import { resultsOf, shownGrade, type Results } from "./results.ts";

/** Results go into an empty folder or onto earlier results of the same kata; else a UsageError. */
export function refuseForeignFolder(out: string, kata: string): void {
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory())
    throw new UsageError(`Expected a folder at ${out}, got a file.`);
  const earlier = readPlan(out);
  if (earlier === undefined && readdirSync(out).length > 0) {
    throw new UsageError(
      `Expected ${out} to be empty or to hold earlier grades, got other files. Nothing was changed; name another folder with --out.`,
    );
  }
  if (earlier !== undefined && earlier.kata !== kata) {
    throw new UsageError(
      `Expected ${out} to hold grades of ${kata}, got grades of ${earlier.kata}. Name another folder with --out.`,
    );
  }
}

export function writePlan(out: string, plan: Plan): void {
  writeWhole(path.join(out, planFile), json(plan));
}

export function writeResults(
  out: string,
  kata: Kata,
  plan: Plan,
  promises: readonly KataPromise[],
  grades: readonly GradeFile[],
): Results {
  const byName = new Map<string, GradeFile[]>();
  for (const grade of grades) byName.set(grade.name, [...(byName.get(grade.name) ?? []), grade]);
  const results = resultsOf(plan, promises, byName);
  for (const { name, page } of results.people) {
    const report = shownGrade(byName.get(name) ?? [])?.report ?? null;
    if (page !== null && report !== null) writeWhole(path.join(out, page), pageFor(kata, report));
  }
  writeWhole(path.join(out, "results.csv"), resultsCsv(results));
  writeWhole(path.join(out, "index.html"), resultsPage(results));
  writeWhole(path.join(out, "results.json"), json(results));
  return results;
}

export function writeGrades(out: string, grades: readonly GradeFile[]): void {
  for (const grade of grades) writeGrade(out, grade);
}

export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

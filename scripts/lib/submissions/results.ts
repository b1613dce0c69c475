/** What all the grades add up to, person by person: the content of the table, of the JSON and of the CSV. */
import type { GradeReport, Status } from "../grade/grade-report.ts";
import { levelReached } from "../grade/level-reached.ts";
import type { KataPromise } from "../kata/catalogue.ts";
import { fileNameFor } from "./file-name.ts";
import type { Submission } from "./find-submissions.ts";
import type { GradeFile } from "./grade-files.ts";
import type { Plan } from "./plan.ts";

/** `not-handed-in`: there is no file. `not-graded`: the grader itself failed. */
export type PersonVerdict = GradeReport["verdict"] | "not-handed-in" | "not-graded";

export interface PromiseResult {
  /** The worst of all seeds. */
  status: Status;
  /** How many seeds have that status, of how many. */
  seeds: number;
  of: number;
}

export interface Person {
  name: string;
  file: string | null;
  /** Relative to the results; null where there is nothing to show. */
  page: string | null;
  verdict: PersonVerdict;
  /** Why nothing could be judged; null otherwise. */
  problem: string | null;
  level: number | null;
  levelReached: number;
  score: { total: number | null; pass: boolean | null };
  promises: Record<string, PromiseResult>;
  seeds: {
    seed: number;
    verdict: GradeReport["verdict"] | "not-graded";
    subjectHash: string | null;
  }[];
}

export interface Results {
  schemaVersion: 1;
  kata: string;
  kataVersion: number;
  suiteHash: string;
  partial: boolean;
  seeds: number[];
  promises: Pick<KataPromise, "id" | "level" | "sentence">[];
  people: Person[];
}

/** From what holds to what is worst: over many seeds a promise is as good as its worst one. */
const worseAndWorse: readonly Status[] = [
  "held",
  "declined",
  "not-attempted",
  "not-run",
  "undecided",
  "outside-world",
  "broken",
  "hung",
  "crashed",
];

export function resultsOf(
  plan: Plan,
  promises: readonly KataPromise[],
  grades: ReadonlyMap<string, readonly GradeFile[]>,
): Results {
  const { kata, kataVersion, suiteHash, scope, seeds, submissions } = plan;
  return {
    schemaVersion: 1,
    kata,
    kataVersion,
    suiteHash,
    partial: scope.partial,
    seeds,
    promises: promises.map(({ id, level, sentence }) => ({ id, level, sentence })),
    people: submissions
      .filter(({ name, file }) => file === null || grades.has(name))
      .map((submission) => personOf(submission, grades.get(submission.name) ?? [])),
  };
}

/** The grade to show of somebody: the first that does not pass, else the first. */
export function shownGrade(grades: readonly GradeFile[]): GradeFile | undefined {
  return grades.find(({ report }) => report?.verdict !== "pass") ?? grades[0];
}

function personOf({ name, file }: Submission, grades: readonly GradeFile[]): Person {
  const shown = shownGrade(grades);
  const reports = grades.flatMap(({ report }) => (report === null ? [] : [report]));
  return {
    name,
    file,
    page: (shown?.report ?? null) === null ? null : `people/${fileNameFor(name)}.html`,
    verdict: file === null ? "not-handed-in" : verdictOf(grades),
    problem: shown?.problem ?? shown?.report?.problem ?? null,
    level: shown?.report?.level ?? null,
    levelReached:
      reports.length === 0
        ? 0
        : Math.min(...reports.map(({ invariants }) => levelReached(invariants))),
    score: {
      total: shown?.report?.score.total ?? null,
      pass: shown?.report?.score.pass ?? null,
    },
    promises: promisesOf(reports),
    seeds: grades.map(({ seed, report }) => ({
      seed,
      verdict: report?.verdict ?? "not-graded",
      subjectHash: report?.subjectHash ?? null,
    })),
  };
}

function verdictOf(grades: readonly GradeFile[]): PersonVerdict {
  const verdicts = grades.map(({ report }) => report?.verdict ?? "not-graded");
  return (
    (["not-graded", "fail", "incomplete"] as const).find((each) => verdicts.includes(each)) ??
    "pass"
  );
}

function promisesOf(reports: readonly GradeReport[]): Person["promises"] {
  const results: Person["promises"] = {};
  for (const { invariants } of reports) {
    for (const { id, status } of invariants) {
      const before = results[id];
      const of = (before?.of ?? 0) + 1;
      if (before?.status === status) results[id] = { status, seeds: before.seeds + 1, of };
      else if (before === undefined || isWorse(status, before.status)) {
        results[id] = { status, seeds: 1, of };
      } else results[id] = { ...before, of };
    }
  }
  return results;
}

function isWorse(status: Status, than: Status): boolean {
  return worseAndWorse.indexOf(status) > worseAndWorse.indexOf(than);
}

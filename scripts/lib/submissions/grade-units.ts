/**
 * Grades many submissions, several at a time. Whatever one of them does, hanging and crashing included, it is one
 * row; what was graded before, of the same code by the same suite, is not graded again.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { bundleSubject } from "../../../tests/harness/subject-bundle.ts";
import { gradeSubject } from "../grade/grade-subject.ts";
import { subjectHash } from "../grade/hashes.ts";
import { Progress } from "../grade/progress.ts";
import type { SubjectLocation } from "../grade/subject-location.ts";
import type { Kata, KataPromise } from "../kata/catalogue.ts";
import { harmless } from "../terminal/text.ts";
import { scoreFilesOf } from "../score/score-files.ts";
import { readGrade, writeGrade, type GradeFile } from "./grade-files.ts";
import type { Plan, Unit } from "./plan.ts";

export interface UnitsRequest {
  root: string;
  kata: Kata;
  promises: readonly KataPromise[];
  plan: Plan;
  units: readonly Unit[];
  /** The folder of all submissions. */
  folder: string;
  /** Where the grades go. */
  out: string;
  say: (line: string) => void;
}

/** The grades of the units, in their order. */
export async function gradeUnits(request: UnitsRequest): Promise<GradeFile[]> {
  const { units, out, say } = request;
  const grades: GradeFile[] = [];
  let reused = 0;
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < units.length; index = next++) {
      const unit = units[index] as Unit;
      const { name } = unit.submission;
      const key = await keyOf(request, unit);
      const before = readGrade(out, name, unit.seed);
      const isGraded = before?.key === key && before.report !== null;
      const grade = isGraded ? before : await gradeUnit(request, unit, key);
      grades[index] = grade;
      done += 1;
      if (isGraded) {
        reused += 1;
        continue;
      }
      writeGrade(out, grade);
      say(
        `${done} of ${units.length}  ${harmless(name)}  seed ${unit.seed}  ${grade.report?.verdict ?? "not graded"}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), units.length) }, work));
  if (reused > 0) say(`${reused} of ${units.length} were graded before.`);
  return grades;
}

async function gradeUnit(
  { root, kata, promises, plan, folder }: UnitsRequest,
  { submission, seed }: Unit,
  key: string,
): Promise<GradeFile> {
  const subject = locationOf(kata, folder, submission.file);
  const scope = { ...plan.scope, seed };
  const { name } = submission;
  try {
    // The cores are shared by several grades: each judges one promise at a time.
    const { report } = await gradeSubject({
      ...{ root, subject, promises, scope, sideBySide: 1 },
      progress: new Progress(nowhere),
    });
    return { name, seed, key, report, problem: null };
  } catch (error) {
    const problem = `The grader could not do its work: ${error instanceof Error ? error.message : String(error)}`;
    return { name, seed, key, report: null, problem };
  }
}

function locationOf(kata: Kata, folder: string, file: string): SubjectLocation {
  const absolute = path.join(folder, file);
  return {
    kata,
    kind: "file",
    file: absolute,
    shownAs: file,
    words: [kata.name, file],
    options: [],
    testFile: absolute.replace(/\.(m?[jt]s)$/, ".test.$1"),
    ownsFolder: path.dirname(absolute) !== folder,
  };
}

/** Everything that the grade follows from. */
async function keyOf({ root, kata, plan, folder }: UnitsRequest, unit: Unit): Promise<string> {
  const subject = locationOf(kata, folder, unit.submission.file);
  const hash = createHash("sha256");
  hash.update(JSON.stringify([plan.kataVersion, plan.suiteHash, plan.scope, unit.seed]));
  hash.update(await hashOfSubject(root, subject.file));
  const { answers, scores, notes } = scoreFilesOf(subject);
  for (const place of [subject.testFile, answers, scores, notes]) {
    hash.update(existsSync(place) ? createHash("sha256").update(bytesOf(place)).digest() : "none");
  }
  return hash.digest("hex");
}

async function hashOfSubject(root: string, file: string): Promise<string> {
  try {
    const { inputs } = await bundleSubject(file);
    return subjectHash(root, inputs);
  } catch {
    // What does not parse is graded as well: as a problem.
    return createHash("sha256").update(bytesOf(file)).digest("hex");
  }
}

/** What cannot be read has no bytes; its grade says so. */
function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array();
  }
}

/** Of many grades at once nobody wants each step. */
const nowhere = { isTTY: false, columns: 80, write: () => true };

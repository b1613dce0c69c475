/**
 * What `npm run bench` has left beside an attempt, as far as it bears on the score: how fast the attempt is and how
 * its cost grows, in parts of the reference's in the same run. Of other code than was graded nothing is believed.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Evidence } from "../../../rubric/shape.ts";
import type { BenchReport } from "../bench/bench-report.ts";
import type { GrowthResult } from "../bench/growth.ts";
import type { CourseResult } from "../bench/race.ts";
import type { SubjectLocation } from "../grade/subject-location.ts";
import { DamagedFile, isRecord, parsedJson, shown } from "./score-files.ts";

/** Of fewer rounds than these nothing follows. */
const roundsMin = 3;

export function benchFileOf({ file }: SubjectLocation): string {
  return path.join(path.dirname(file), "bench.json");
}

/** Null where no bench ran; throws a `DamagedFile` that says what was expected. */
export function benchBeside(subject: SubjectLocation, subjectHash: string): Evidence["bench"] {
  const file = benchFileOf(subject);
  if (subject.kind !== "attempt" || !existsSync(file)) return null;
  const { courses, growths, subjectHash: benched } = benchIn(file, subject.kata.name);
  if (benched !== subjectHash) return "stale";
  return { speeds: courses.flatMap(speedIn), growths: growths.flatMap(growthIn) };
}

function benchIn(file: string, kata: string): BenchReport {
  const found = parsedJson(file);
  const isBench =
    isRecord(found) &&
    found["schemaVersion"] === 1 &&
    found["kata"] === kata &&
    Array.isArray(found["courses"]) &&
    Array.isArray(found["growths"]);
  if (!isBench) throw new DamagedFile(file, `the result of a bench of ${kata}`, shown(found));
  return found as unknown as BenchReport;
}

/** None of a course without a goal, which only gives figures to know about. */
function speedIn({ rounds, lanes, comparisons, unmeasured }: CourseResult): number[] {
  const hasGoal = unmeasured.length > 0 || comparisons.some(({ goal }) => goal !== null);
  const [reference, attempt] = ofBoth(lanes).map(({ ofLimit, perSecond }) => ofLimit ?? perSecond);
  if (!hasGoal || rounds < roundsMin || reference === undefined || attempt === undefined) return [];
  return quotient(attempt.median, reference.median);
}

/** From the smallest size to the largest. */
function growthIn({ lanes }: GrowthResult): number[] {
  const [reference, attempt] = ofBoth(lanes).map(({ microseconds }) =>
    quotient(microseconds.at(-1) ?? null, microseconds[0] ?? null),
  );
  return quotient(attempt?.[0] ?? null, reference?.[0] ?? null);
}

/** The reference's lane first; fewer than two where the attempt could not do it. */
function ofBoth<Lane extends { name: string; kind: string }>(lanes: readonly Lane[]): Lane[] {
  const ours = lanes.filter(({ kind }) => kind === "subject");
  return [...ours].sort((left) => (left.name === "reference" ? -1 : 1));
}

/** None where nobody could measure one of the two: in JSON that is null, which divides like a zero. */
function quotient(upper: number | null, lower: number | null): number[] {
  return upper === null || lower === null ? [] : [upper / lower];
}

/** What the evidence adds up to. Nothing but machine evidence decides. */
import type { GradeReport, GradeVerdict, Status } from "./grade-report.ts";

/** Statuses that do not pass, whatever else holds. */
const failing: readonly Status[] = ["broken", "undecided", "hung", "crashed", "outside-world"];
const keeping: readonly Status[] = ["held", "declined"];

export type Evidence = Pick<
  GradeReport,
  "problem" | "types" | "invariants" | "level" | "partial" | "stress"
>;

export function isFailing(status: Status): boolean {
  return failing.includes(status);
}

export function verdictOf(evidence: Evidence, coreLevel: number): GradeVerdict {
  const { problem, types, invariants, level, partial, stress } = evidence;
  if (problem !== null || level === null) return "fail";
  const isBad =
    !types.ok || stress.status === "broken" || invariants.some(({ status }) => isFailing(status));
  if (isBad) return "fail";
  // A narrowed run speaks for what it ran, but nothing run is nothing shown.
  if (partial)
    return invariants.some(({ status }) => keeping.includes(status)) ? "pass" : "incomplete";
  const isDone = invariants
    .filter((promise) => promise.level <= Math.max(coreLevel, level))
    .every(({ status }) => keeping.includes(status));
  return isDone && stress.status === "held" ? "pass" : "incomplete";
}

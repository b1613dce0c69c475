/**
 * How far a person has come with a kata, by the words of the rubric: the code works, the score passes, and
 * whoever passes two sessions in a row is ready. Only full grades count.
 */
import type { GradeEntry } from "../journal/journals.ts";

export type Readiness = "works" | "passes" | "ready";

export function readinessOf(grades: readonly GradeEntry[]): Readiness | null {
  const full = grades.filter(({ partial }) => !partial);
  if (isReady(full)) return "ready";
  const latest = full.at(-1);
  if (latest?.verdict !== "pass") return null;
  return latest.pass === true ? "passes" : "works";
}

/** Two sessions in a row, each with code of its own, passed at their bell. */
function isReady(full: readonly GradeEntry[]): boolean {
  const bells = new Map<number, GradeEntry>();
  for (const entry of full) if (entry.session !== null) bells.set(entry.session, entry);
  const [last, before] = [...bells.values()].reverse();
  if (last === undefined || before === undefined) return false;
  const isPassed = ({ verdict, pass }: GradeEntry) => verdict === "pass" && pass === true;
  return isPassed(last) && isPassed(before) && last.subjectHash !== before.subjectHash;
}

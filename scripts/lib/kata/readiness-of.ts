/**
 * How far a person has come with a kata, by the words of the rubric: the code works, the score passes, and
 * whoever passes two sessions in a row is ready. Only full grades count.
 */
import type { GradeEntry } from "../journal/journals.ts";

export type Readiness = "works" | "passes" | "ready";

/** `isReady` is what the sessions say. */
export function readinessOf(grades: readonly GradeEntry[], isReady: boolean): Readiness | null {
  if (isReady) return "ready";
  const latest = grades.findLast(({ partial }) => !partial);
  if (latest?.verdict !== "pass") return null;
  return latest.pass === true ? "passes" : "works";
}

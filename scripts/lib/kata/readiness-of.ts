/** How far a person has come with a kata, by the three words of the rubric. Only full grades count. */
import { ready, works } from "../../../rubric/readiness.ts";
import type { GradeEntry } from "../journal/journals.ts";

export type Readiness = "works" | "passes" | "ready";

/** `grades` oldest first. A grade passes only while the solution is unopened. */
export function readinessOf(grades: readonly GradeEntry[]): Readiness | null {
  const full = grades.filter(({ partial }) => !partial);
  if (ready(timedSessions(full))) return "ready";
  const latest = full.at(-1);
  if (latest === undefined || !works(latest)) return null;
  return latest.pass === true ? "passes" : "works";
}

/** The sessions as they stood at their bells: each begins from the starter. */
function timedSessions(full: readonly GradeEntry[]) {
  const bells = new Map<number, GradeEntry>();
  for (const entry of full) if (entry.session !== null) bells.set(entry.session, entry);
  return [...bells.values()].map((entry) => ({
    passed: works(entry) && entry.pass === true,
    fresh: true,
    solutionOpened: false,
    subjectHash: entry.subjectHash,
  }));
}

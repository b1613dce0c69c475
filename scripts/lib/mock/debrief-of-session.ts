/** The debrief of one session from everything that is on disk about it: its log, and grades and scores since. */
import type { KataRubric } from "../../../rubric/shape.ts";
import { commandFor, frozenLocation } from "../grade/subject-location.ts";
import { readGrades } from "../journal/grade-history.ts";
import type { Attempt } from "../kata/attempt.ts";
import { debriefOf, type Debrief } from "./debrief.ts";
import type { SessionPlace } from "./run-session.ts";
import { factsOf } from "./session-facts.ts";
import { frozenFolder, type StoredSession } from "./session-store.ts";

export function debriefOfSession(
  place: Pick<SessionPlace, "root" | "kata" | "attempt"> & { rubric: KataRubric },
  sessions: readonly StoredSession[],
  number: number,
): Debrief {
  const { root, kata, attempt, rubric } = place;
  const session = sessions.find((each) => each.number === number);
  const facts = session === undefined ? undefined : factsOf(session.entries);
  if (session === undefined || facts === undefined) {
    throw new Error(`Expected the log of session ${number}.`);
  }
  const { frozen } = session.state;
  const location =
    frozen === null ? undefined : frozenLocation(root, kata, frozenFolder(attempt, frozen));
  const grades = readGrades(attempt);
  const hash = facts.grade?.subjectHash;
  const rang = session.entries.find(({ event }) => event === "bell")?.at ?? "";
  const nextBegan = sessions.find((each) => each.number > number)?.entries[0]?.at;
  const later = grades.filter(
    ({ at, partial, subjectHash, session: of }) =>
      !partial &&
      of === null &&
      at > rang &&
      subjectHash !== hash &&
      (nextBegan === undefined || at < nextBegan),
  );
  const scored = grades.filter(
    ({ partial, subjectHash, total, session: of }) =>
      !partial && total !== null && (of === number || subjectHash === hash),
  );
  return debriefOf({
    facts,
    rubric,
    coreLevel: kata.coreLevel,
    later,
    scored: scored.at(-1),
    before: sessions.filter((each) => each.number < number).length,
    gradeCommand: (...options) =>
      location === undefined ? `npm run grade ${kata.name}` : commandFor(location, ...options),
  });
}

/** The points of the last full grade that was scored. */
export function trainedPoints(attempt: Attempt): Readonly<Record<string, number>> {
  const scored = readGrades(attempt).filter(({ partial, total }) => !partial && total !== null);
  return scored.at(-1)?.points ?? {};
}

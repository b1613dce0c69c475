/**
 * The session that a graded subject comes from: the one whose bell froze it, or the last one from whose fresh start
 * an attempt goes on. So every grade can show both, the work at the bell and what has become of it.
 */
import { attemptBehind, frozenWorkAt } from "../grade/frozen-work.ts";
import type { SubjectLocation } from "../grade/subject-location.ts";
import { loadKataRubric } from "../help/kata-rubric.ts";
import { isHelpEntry } from "../journal/help-given.ts";
import { journalsOf } from "../journal/journals.ts";
import { readLines } from "../journal/json-lines.ts";
import type { Attempt } from "../kata/attempt.ts";
import type { Debrief } from "./debrief.ts";
import { debriefOfSession } from "./debrief-of-session.ts";
import { storedSessions, type StoredSession } from "./session-store.ts";

export interface SessionBehind {
  session: number;
  /** Whether the subject is the frozen work itself. */
  isAtTheBell: boolean;
  debrief: Debrief;
}

/** Null where there is none, where its bell has not rung, or where its log cannot be read. */
export async function sessionBehind(
  root: string,
  subject: SubjectLocation,
): Promise<SessionBehind | null> {
  if (subject.kind !== "attempt") return null;
  const { kata, file } = subject;
  const attempt = attemptBehind(subject);
  const frozen = frozenWorkAt(file, kata);
  try {
    const sessions = (await storedSessions(attempt)).filter(({ state }) => state.grade !== null);
    const session =
      frozen === undefined
        ? lastBegunHere(attempt, sessions)
        : sessions.find(({ number }) => number === frozen.session);
    if (session === undefined) return null;
    const rubric = await loadKataRubric(root, kata);
    const place = { root, kata, attempt, rubric };
    return {
      session: session.number,
      isAtTheBell: frozen !== undefined,
      debrief: debriefOfSession(place, sessions, session.number),
    };
  } catch {
    // A journal or a rubric that cannot be read takes nothing from the grade.
    return null;
  }
}

/** One line below a grade: what counts is what was there at the bell. */
export function bellLine({ session, isAtTheBell, debrief }: SessionBehind): string {
  const says = debrief.grades[0]?.says ?? "";
  return isAtTheBell
    ? `This is the work of session ${session}, as it was at the bell.`
    : `At the bell of session ${session}: ${says}. What came later is graded apart.`;
}

/** The last session, unless the attempt was started over or exchanged since. */
function lastBegunHere(
  attempt: Attempt,
  sessions: readonly StoredSession[],
): StoredSession | undefined {
  const last = sessions.at(-1);
  const rang = last?.entries.find(({ event }) => event === "bell")?.at;
  if (rang === undefined) return undefined;
  const isOther = readLines(journalsOf(attempt).help, isHelpEntry).some(
    ({ at, event }) => at > rang && (event === "fresh" || event === "restored"),
  );
  return isOther ? undefined : last;
}

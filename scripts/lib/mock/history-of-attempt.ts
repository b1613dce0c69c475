/** The sessions of one kata as they lie on disk. */
import { readGrades } from "../journal/grade-history.ts";
import type { Attempt } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";
import { historyOf, type SessionHistory } from "./session-history.ts";
import { storedSessions } from "./session-store.ts";

/** A journal that cannot be read says nothing; it is left as it is. */
export async function historyOfAttempt(kata: Kata, attempt: Attempt): Promise<SessionHistory> {
  try {
    const logs = (await storedSessions(attempt)).map(({ entries }) => entries);
    return historyOf(kata.name, logs, readGrades(attempt));
  } catch {
    return { kata: kata.name, sessions: [], open: null, ready: false };
  }
}

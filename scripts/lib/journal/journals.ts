/**
 * Where the journals of one kata lie. They stay when an attempt is put away.
 *
 *     attempts/.history/<kata>/
 *       grades.jsonl          every grade of the attempt
 *       help.jsonl            every hint and every look at the solution
 *       sessions/<n>.jsonl    every mock session, event by event
 */
import path from "node:path";
import type { Attempt } from "../kata/attempt.ts";

export interface Journals {
  grades: string;
  help: string;
  sessions: string;
}

export function journalsOf(attempt: Attempt): Journals {
  const kata = path.basename(attempt.folder);
  const folder = path.join(path.dirname(attempt.folder), ".history", kata);
  return {
    grades: path.join(folder, "grades.jsonl"),
    help: path.join(folder, "help.jsonl"),
    sessions: path.join(folder, "sessions"),
  };
}

/**
 * One line of `help.jsonl`. What of it counts against a score is decided in `help-given.ts` and nowhere else.
 */
export type HelpEntry = { at: string; kataVersion: number } &
  /** One rung of a hint was opened for the first time. Each costs; showing it again costs nothing and is not logged. */
  (
    | {
        event: "hint";
        hint: string;
        rung: 1 | 2 | 3;
        about: "algorithm" | "storage" | "concurrency";
      }
    /** The reference was opened: what this level needs of it, or all of it. */
    | { event: "solution"; level: number | null }
    /** A fresh attempt: hints that were given before no longer count against the score. */
    | { event: "fresh" }
    /** An earlier attempt was brought back, and with it all hints that were ever given. */
    | { event: "restored" }
  );

/** One line of `grades.jsonl`. */
export interface GradeEntry {
  at: string;
  kataVersion: number;
  subjectHash: string;
  seed: number;
  partial: boolean;
  verdict: "pass" | "fail" | "incomplete";
  level: number | null;
  levelReached: number;
  /** Null while dimensions are unscored. */
  total: number | null;
  /** Points by dimension number, for the trend. */
  points: Record<string, number>;
  pass: boolean | null;
  ownTests: { count: number; caught: number; of: number };
  /** The session at whose bell it was graded. */
  session: number | null;
}

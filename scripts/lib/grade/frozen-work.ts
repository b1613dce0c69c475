/**
 * The work of a mock session as its bell froze it. It is an attempt like any other, graded and scored alike, but for
 * its place and for what is known of it: the journals are those of its kata, and help that came later is none.
 *
 *     <attempts>/.history/<kata>/sessions/<session>-at-the-bell/<kata>.ts
 */
import path from "node:path";
import { attemptOf, type Attempt } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";

export interface FrozenWork {
  /** The attempt whose journals are meant. */
  attempt: Attempt;
  session: number;
}

/** Undefined for any other file. */
export function frozenWorkAt(file: string, kata: Kata): FrozenWork | undefined {
  const [frozen = "", sessions, ofKata, history] = path.dirname(file).split(path.sep).reverse();
  const session = /^(\d+)-at-the-bell$/.exec(frozen)?.[1];
  const isInHistory = sessions === "sessions" && ofKata === kata.name && history === ".history";
  if (session === undefined || !isInHistory) return undefined;
  const attempts = path.resolve(path.dirname(file), "../../../..");
  return { attempt: attemptOf(attempts, kata), session: Number(session) };
}

/** The attempt whose journals tell of this subject. */
export function attemptBehind({ file, kata }: { file: string; kata: Kata }): Attempt {
  const frozen = frozenWorkAt(file, kata);
  return frozen?.attempt ?? attemptOf(path.dirname(path.dirname(file)), kata);
}

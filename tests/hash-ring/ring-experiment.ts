/** An experiment of this kata: cases, and a judge that plays one in a session with a fresh copy of the code. */
import type { Subject } from "#katas/hash-ring/contract.ts";
import type { InvariantId } from "#katas/hash-ring/invariants.ts";
import { kata } from "#katas/hash-ring/kata.ts";
import type { Budget } from "../harness/check.ts";
import type { Experiment } from "../harness/experiment.ts";
import { Session, SessionEnd } from "./session.ts";

export interface RingCheck<Case> {
  promise: InvariantId;
  cases(budget: Budget): Iterable<Case>;
  /** Ends the session where the promise is broken; returns where it held. */
  judge(session: Session, testCase: Case): void | Promise<void>;
  smaller(testCase: Case): Iterable<Case>;
  /** The case without what comes after the steps that were taken. */
  upTo?(testCase: Case, stepsTaken: number[]): Case;
}

export function ringExperiment<Case>(check: RingCheck<Case>): Experiment<Subject, Case> {
  return {
    promise: check.promise,
    kataVersion: kata.version,
    cases: (budget) => check.cases(budget),
    smaller: (testCase) => check.smaller(testCase),
    withSchedule: (testCase, stepsTaken) => check.upTo?.(testCase, stepsTaken) ?? testCase,
    async run(subject, testCase, listener) {
      const fresh = () => subject.fresh();
      const session = new Session(await fresh(), fresh, listener);
      try {
        await check.judge(session, testCase);
      } catch (ending) {
        if (!(ending instanceof SessionEnd)) throw ending;
        return ending.finding;
      }
      return { kind: "held", states: session.answers };
    },
  };
}

/** How many of the cases of a full grade a budget allows. */
export function rounds({ effort }: Budget, ofFullGrade: number): number {
  return Math.max(1, Math.round(effort * ofFullGrade));
}

/**
 * Whether something else broke the promise too: judges a case that lacks what this promise is about. What breaks
 * there is the matter of another promise.
 */
export async function breaksAlso<Case>(
  session: Session,
  judge: (session: Session, testCase: Case) => void | Promise<void>,
  testCase: Case,
): Promise<boolean> {
  const copy = () => session.anotherCopy();
  try {
    await judge(new Session(await copy(), copy, undefined), testCase);
  } catch (ending) {
    if (!(ending instanceof SessionEnd)) throw ending;
    return ending.finding.kind === "broken";
  }
  return false;
}

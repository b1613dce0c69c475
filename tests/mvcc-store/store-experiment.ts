/** An experiment of this kata: cases, and a judge that plays one in a session with a fresh copy of the code. */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import type { Budget } from "../harness/check.ts";
import type { Experiment } from "../harness/experiment.ts";
import { type Script, smallerScripts } from "./script.ts";
import { Play, type Reading, Session, SessionEnd } from "./session.ts";

export interface StoreCheck<Case> {
  promise: InvariantId;
  cases(budget: Budget): Iterable<Case>;
  /** Ends the session where the promise is broken; returns where it held. */
  judge(session: Session, testCase: Case): Promise<void>;
  smaller?(testCase: Case): Iterable<Case>;
}

export function storeExperiment<Case>(check: StoreCheck<Case>): Experiment<Subject, Case> {
  return {
    promise: check.promise,
    kataVersion: kata.version,
    cases: (budget) => check.cases(budget),
    smaller: (testCase) => check.smaller?.(testCase) ?? [],
    async run(subject, testCase, listener) {
      const fresh = () => subject.fresh();
      const setting = { promise: check.promise, exports: await fresh(), fresh, listener };
      const session = new Session(setting);
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

export interface ScriptCheck {
  promise: InvariantId;
  cases(budget: Budget): Iterable<Script>;
  reading?: Reading;
  /** What is looked at when all steps are taken. */
  atEnd?(session: Session, play: Play, script: Script): void;
}

/** A check that plays scripts, and judges every answer. */
export function scriptExperiment(check: ScriptCheck): Experiment<Subject, Script> {
  const { promise, reading } = check;
  return storeExperiment<Script>({
    promise,
    cases: (budget) => check.cases(budget),
    async judge(session, script) {
      const { steps, ageMsMax, known } = script;
      const { clock } = session;
      const options =
        ageMsMax !== undefined
          ? { transactionAgeMsMax: ageMsMax, clock }
          : script.hasClock === true
            ? { clock }
            : undefined;
      const play = new Play(session, await session.open(options), script, reading);
      if (known !== undefined) session.tell(known, "", "note");
      await play.takeAll(steps);
      check.atEnd?.(session, play, script);
    },
    smaller: smallerScripts,
  });
}

/** How many of the cases of a full grade a budget allows. */
export function rounds({ effort }: Budget, ofFullGrade: number): number {
  return Math.max(1, Math.round(effort * ofFullGrade));
}

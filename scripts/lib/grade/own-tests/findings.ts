/**
 * What the runs of a learner's tests add up to. A test speaks about a planted bug when it is green on the
 * attempt, green on every right implementation of the attempt's level, and green on a right one that goes no
 * further than the planted bug: what it then says is about the bug, and not about a level that is missing.
 */
import type { KataPromise } from "../../kata/catalogue.ts";
import type { OwnTestsGrade } from "../grade-report.ts";
import type { BugToCatch, RightImplementation } from "./implementations.ts";
import type { TestEnd, Trial } from "./lanes.ts";

export interface RightTrial extends RightImplementation {
  trial: Trial;
}

export interface TrustedTests {
  /** Green on the attempt and wherever they have to be. */
  trusted: string[];
  alarms: OwnTestsGrade["alarms"];
  setAside: OwnTestsGrade["setAside"];
}

/** `rights` are those that go as far as the attempt. */
export function trustedTests(
  attempt: Trial,
  rights: readonly RightTrial[],
  beyondContract: readonly string[],
): TrustedTests {
  const found: TrustedTests = { trusted: [], alarms: [], setAside: [] };
  for (const { test, state, message } of attempt.tests) {
    if (state === "skipped") continue;
    if (state !== "passed") {
      found.setAside.push({ test, reason: `red on your code: ${saidShortly(state, message)}` });
      continue;
    }
    const reds = rights.flatMap(({ trial }) => redOn(trial, test) ?? []);
    const [first] = reds;
    if (first === undefined) {
      found.trusted.push(test);
    } else if (beyondContract.length > 0) {
      const reason = `needs more than the contract: it imports ${beyondContract.join(", ")}`;
      found.setAside.push({ test, reason });
    } else if (reds.length === rights.length && rights.length > 1) {
      const reason = `needs more than the contract: it is green on your code alone, and red on all ${rights.length} right implementations`;
      found.setAside.push({ test, reason });
    } else {
      const reason = `red on ${reds.length} of ${rights.length} right implementations: ${saidShortly(first.state, first.message)}`;
      found.alarms.push({ test, reason });
    }
  }
  return found;
}

/** The tests that may speak about a bug in something that is right up to `level`; null when nobody can tell. */
export function decisiveTests(
  trusted: readonly string[],
  level: number,
  levelOfAttempt: number,
  rights: readonly RightTrial[],
): string[] | null {
  if (level >= levelOfAttempt) return [...trusted];
  const modest = rights.filter((right) => right.level <= level);
  if (modest.length === 0) return null;
  return trusted.filter((test) => modest.some(({ trial }) => isGreenOn(trial, test)));
}

/** Null when what decides had not begun when the run was cut off. */
export function isCaught(trial: Trial, decisive: readonly string[]): boolean {
  return decisive.some((test) => redOn(trial, test) !== undefined);
}

export function untestedPromises(
  promises: readonly KataPromise[],
  tried: readonly { bug: BugToCatch; caught: boolean }[],
): OwnTestsGrade["untested"] {
  const rows = promises.map(({ id, sentence }) => {
    const ofPromise = tried.filter(({ bug }) => bug.promise === id);
    return { id, sentence, caught: ofPromise.filter(isTrulyCaught).length, of: ofPromise.length };
  });
  const missed = rows.filter(({ caught, of }) => caught < of);
  return [
    ...missed.filter(({ caught }) => caught === 0),
    ...missed.filter(({ caught }) => caught > 0),
  ];
}

function isTrulyCaught({ caught }: { caught: boolean }): boolean {
  return caught;
}

function isGreenOn(trial: Trial, name: string): boolean {
  return trial.tests.some(({ test, state }) => test === name && state === "passed");
}

/** How the test went wrong there; undefined when it is green, or when the run was cut off before it. */
function redOn(trial: Trial, name: string): Pick<TestEnd, "state" | "message"> | undefined {
  const end = trial.tests.find(({ test }) => test === name);
  if (end?.state === "failed" || end?.state === "hung") return end;
  if (end !== undefined) return undefined;
  // Where nothing was collected, the implementation did not even load.
  if (trial.tests.length === 0) return { state: "failed", message: trial.problem };
  return undefined;
}

function saidShortly(state: TestEnd["state"], message: string | null): string {
  if (state === "hung") return "it does not come back";
  const [line = ""] = (message ?? "").split("\n");
  return line === "" ? "it does not load" : line;
}

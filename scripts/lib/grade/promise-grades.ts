/** From judgements to the grade of each promise, in the order in which the kata states them. */
import type { Kata, KataPromise } from "../kata/catalogue.ts";
import type { SubjectClaims } from "./claims.ts";
import type { GradeScope } from "./grade-options.ts";
import type { LevelGrade, PromiseGrade, Status } from "./grade-report.ts";
import type { Judgement } from "./judge-promises.ts";
import { nothingExplored } from "./protocol.ts";

/** The promises that a check has to try, lowest level first. */
export function toJudge(
  promises: readonly KataPromise[],
  claims: SubjectClaims,
  scope: GradeScope,
): KataPromise[] {
  return promises
    .filter((promise) => unjudgedStatus(promise, claims) === null)
    .filter(({ level }) => scope.levelMax === null || level <= scope.levelMax)
    .filter(({ id }) => scope.only === null || id === scope.only)
    .sort((left, right) => left.level - right.level);
}

export function promiseGrades(
  { promises }: { promises: readonly KataPromise[] },
  claims: SubjectClaims | null,
  judgements: ReadonlyMap<string, Judgement>,
): PromiseGrade[] {
  return promises.map((promise) => {
    const { id, level, sentence } = promise;
    const judgement = judgements.get(id);
    const unjudged = claims === null ? null : unjudgedStatus(promise, claims);
    return {
      id,
      level,
      sentence,
      status: judgement?.status ?? unjudged ?? "not-run",
      ms: judgement?.ms ?? 0,
      explored: judgement?.explored ?? nothingExplored,
      counterexample: judgement?.counterexample ?? null,
      replay: judgement?.replay ?? null,
      looksLike: null,
      reason: judgement?.reason ?? null,
    };
  });
}

export function levelGrades(kata: Kata, invariants: readonly PromiseGrade[]): LevelGrade[] {
  return kata.levels.map(({ title }, index) => {
    const ofLevel = invariants.filter(({ level }) => level === index + 1);
    const held = ofLevel.filter(({ status }) => status === "held").length;
    return { level: index + 1, title, held, of: ofLevel.length };
  });
}

/** The status of a promise that no check tries, whatever the scope. */
function unjudgedStatus(promise: KataPromise, claims: SubjectClaims): Status | null {
  if (promise.level > claims.level) return "not-attempted";
  return promise.interleavings && claims.singleThreaded !== null ? "declined" : null;
}

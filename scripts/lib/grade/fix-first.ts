/** Which failure to show: the lowest level, then the shortest history. */
import type { PromiseGrade } from "./grade-report.ts";
import { isFailing } from "./verdict.ts";

export function inOrderOfFixing(invariants: readonly PromiseGrade[]): PromiseGrade[] {
  return invariants
    .filter(({ status }) => isFailing(status))
    .sort((left, right) => left.level - right.level || lengthOf(left) - lengthOf(right));
}

function lengthOf({ counterexample }: PromiseGrade): number {
  return counterexample === null ? Number.MAX_SAFE_INTEGER : counterexample.events.length;
}

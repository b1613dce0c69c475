import type { PromiseGrade } from "./grade-report.ts";

/**
 * The highest level of which all promises, and all below, are held, or declined by contract; 0 where not even
 * the first is.
 */
export function levelReached(
  invariants: readonly Pick<PromiseGrade, "level" | "status">[],
): number {
  const lost = invariants.filter(({ status }) => status !== "held" && status !== "declined");
  const levels = invariants.map(({ level }) => level);
  return Math.min(...lost.map(({ level }) => level - 1), Math.max(0, ...levels));
}

/** The highest level of which all promises, and all below, are held; 0 where not even the first is. */
import type { LevelGrade } from "./grade-report.ts";

export function levelReachedIn(levels: readonly LevelGrade[]): number {
  const inOrder = [...levels].sort((left, right) => left.level - right.level);
  const firstOpen = inOrder.findIndex(({ held, of }) => held < of);
  return firstOpen === -1 ? inOrder.length : firstOpen;
}

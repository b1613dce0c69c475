/**
 * Which hint comes next, and how far it is open.
 *
 * A hint is a ladder of three rungs, opened one at a time: a nudge, the concept, the mechanism. What is broken
 * comes first, at the lowest level, as in a grade; then what the level under work is about, then what lies below.
 * Levels above are never touched unasked.
 */
import type { Hint } from "../../../rubric/shape.ts";

export type Rung = 1 | 2 | 3;
export const rungNames = { 1: "nudge", 2: "concept", 3: "mechanism" } as const;
export const rungs = [1, 2, 3] as const satisfies readonly Rung[];

/** The rungs that are open of each hint, by its id. */
export type OpenRungs = ReadonlyMap<string, ReadonlySet<number>>;

export interface HintRequest {
  hints: readonly Hint[];
  opened: readonly { hint: string; rung: Rung }[];
  /** What the last grade found broken, what to fix first at the front. */
  broken: readonly string[];
  /** The level under work. */
  level: number;
}

/** The hint to open a rung of; undefined when all that concern the level and those below are open. */
export function nextHint({ hints, opened, broken, level }: HintRequest): Hint | undefined {
  const isOffered = (hint: Hint) => nextRung(hint, openRungs(opened)) !== undefined;
  for (const promise of broken) {
    const helping = hints.find((hint) => hint.promises.includes(promise) && isOffered(hint));
    if (helping !== undefined) return helping;
  }
  const ofLevel = hints.find((hint) => hint.level === level && isOffered(hint));
  const below = hints.filter((hint) => hint.level < level && isOffered(hint));
  return ofLevel ?? below.sort((left, right) => right.level - left.level)[0];
}

export function openRungs(opened: HintRequest["opened"]): OpenRungs {
  const open = new Map<string, Set<number>>();
  for (const { hint, rung } of opened) open.set(hint, (open.get(hint) ?? new Set()).add(rung));
  return open;
}

export function nextRung(hint: Hint, open: OpenRungs): Rung | undefined {
  return rungs.find((rung) => open.get(hint.id)?.has(rung) !== true);
}

export function textOfRung(hint: Hint, rung: Rung): string {
  return hint[rungNames[rung]];
}

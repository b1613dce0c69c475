/**
 * What each planted bug looks like from outside, for "looks like" in a grade: which promises it breaks,
 * and the coarse features of each counterexample.
 */
import type { PlantedBugSignature } from "../grade/looks-like.ts";
import type { MatrixRow } from "./matrix-row.ts";

/** Bugs that no check sees have no signature. */
export function signaturesOf(rows: readonly MatrixRow[]): PlantedBugSignature[] {
  return rows.flatMap(({ bug, cells }) => {
    const broken = [...cells].filter(([, { status }]) => status === "broken");
    if (broken.length === 0) return [];
    const { name, level, misconception } = bug;
    return {
      impostor: name,
      misconception,
      level,
      broken: broken.map(([id]) => id),
      features: Object.fromEntries(broken.map(([id, { features }]) => [id, [...features]])),
    };
  });
}

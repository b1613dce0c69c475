/**
 * A node has points in proportion to its weight, though neither very few nor very many.
 *
 * Wrong: weights from 1 to 4 are what one tries. A node of weight 0.25 gets the keys of a whole one, and one of
 * weight 100 those of ten.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { onPoints, RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/weights-are-shares",
  level: 3,
  misconception: "nobody has nodes that differ by more than a factor of ten",
} as const;

const weightMin = 1;
const weightMax = 10;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk: (members, settings) =>
      onPoints(
        members.map(({ weight, ...member }) => ({
          ...member,
          weight: Math.min(weightMax, Math.max(weightMin, weight)),
        })),
        settings,
      ),
  });
}

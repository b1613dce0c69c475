/**
 * A ring with a budget of points, enough for fifty nodes. When there are more, all of them get fewer.
 *
 * Wrong: from then on whoever joins takes points from everybody, and keys move between nodes that have
 * always been there. Rings of ten nodes stay within the budget, and so do most tests.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/only-what-must-move-moves",
  level: 2,
  misconception: "the more nodes there are, the fewer points each of them needs",
} as const;

const nodesInBudget = 50;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const part = Math.min(1, nodesInBudget / members.length);
      const count = Math.max(1, Math.floor(pointsPerNode * part));
      return whenAsked(() => {
        const points = members.flatMap(({ node }) => pointsOf(node, count, hash)).sort(byPlace);
        return (key) => walkFrom(points, hash(key), members.length);
      });
    },
  });
}

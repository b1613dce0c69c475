/**
 * Each node gets its share of all points, as in libketama: points × nodes × (1 ÷ nodes), rounded down.
 *
 * Wrong: with 49 nodes, or 98, the product is a little less than it should be, and each node has a point
 * fewer than with 48 or 50. When that one joins or leaves, keys move between others. With all other
 * numbers of nodes up to a hundred the division does no harm.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/only-what-must-move-moves",
  level: 2,
  misconception: "a share of all points is a whole number again, once it is multiplied back",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const share = 1 / members.length;
      const count = Math.max(1, Math.floor(share * pointsPerNode * members.length));
      return whenAsked(() => {
        const points = members.flatMap(({ node }) => pointsOf(node, count, hash)).sort(byPlace);
        return (key) => walkFrom(points, hash(key), members.length);
      });
    },
  });
}

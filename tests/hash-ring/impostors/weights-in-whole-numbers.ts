/**
 * A ring that repeats a node as often as its weight says.
 *
 * Wrong: what is behind the decimal point is lost. A node of weight 1.5 gets what one of weight 1 gets, and
 * one of weight 0.5 gets twice its share, since at least once everybody has to be there.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/weights-are-shares",
  level: 3,
  misconception: "weights are counted in whole machines",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      return whenAsked(() => {
        const points = members
          .flatMap(({ node, weight }) => {
            const times = Math.max(1, Math.floor(weight));
            return pointsOf(node, pointsPerNode * times, hash);
          })
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key), members.length);
      });
    },
  });
}

/**
 * Points are hashed from the node and the number of the point, one written after the other.
 *
 * Wrong: point 12 of `a` and point 2 of `a1` are hashed from the same text. A node whose name continues
 * another's stands in many of its places, and inherits far more from it than its share.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/names-do-not-blur",
  level: 2,
  misconception: "different names with different numbers make different texts",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const numbers = Array.from({ length: pointsPerNode }, (_, number) => number);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) =>
            numbers.map((number) => ({ position: hash(node + String(number)), node })),
          )
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

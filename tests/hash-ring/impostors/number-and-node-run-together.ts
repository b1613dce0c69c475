/**
 * Points are hashed from the number of the point and the node, one written after the other.
 *
 * Wrong: point 12 of `a` and point 1 of `2a` are hashed from the same text. A node whose name is another's with a
 * digit in front stands in a tenth of its places.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/names-do-not-blur",
  level: 2,
  misconception: "names begin with letters",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const numbers = Array.from({ length: pointsPerNode }, (_, number) => number);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) =>
            numbers.map((number) => ({ position: hash(String(number) + node), node })),
          )
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

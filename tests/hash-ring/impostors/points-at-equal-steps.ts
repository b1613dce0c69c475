/**
 * A node is hashed once, and its points follow from there at equal steps around the ring.
 *
 * Wrong: all nodes have the same steps, so that each has the same neighbour at every point, at the same
 * distance. The arc in front of a node is long a thousand times or short a thousand times.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/keys-spread-evenly",
  level: 2,
  misconception: "points at equal distances are the most even ones",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const step = Math.floor(2 ** 32 / pointsPerNode);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) => {
            const [{ position: first } = { position: 0 }] = pointsOf(node, 1, hash);
            return Array.from({ length: pointsPerNode }, (_, number) => ({
              position: (first + number * step) % 2 ** 32,
              node,
            }));
          })
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

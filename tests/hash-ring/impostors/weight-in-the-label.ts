/**
 * Points are hashed from all that is known of a node: its name, its weight, the number of the point.
 *
 * Wrong: with another weight all its points are elsewhere. Keys leave the node that becomes heavier and come
 * to the one that becomes lighter, nearly all of them.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/a-new-weight-moves-the-minimum",
  level: 3,
  misconception: "a node with another weight is another node",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node, weight }) => {
          const count = Math.ceil(pointsPerNode * weight);
          return pointsOf(`${weight}:${node}`, count, hash).map((point) => ({ ...point, node }));
        })
        .sort(byPlace);
      return (key) => walkFrom(points, hash(key), members.length);
    },
  });
}

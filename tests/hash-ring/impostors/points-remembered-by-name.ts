/**
 * Points are expensive, so they are computed once for each node and number of them.
 *
 * Wrong: they follow from the hash, too. A ring with another hash is given points that the first one has left
 * behind in the module, and answers otherwise than in a process of its own.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "the points of a node follow from its name",
} as const;

const remembered = new Map<string, readonly Point[]>();

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node, weight }) => {
          const count = Math.ceil(pointsPerNode * weight);
          const ofNode = remembered.get(`${count}:${node}`) ?? pointsOf(node, count, hash);
          remembered.set(`${count}:${node}`, ofNode);
          return ofNode;
        })
        .sort(byPlace);
      return (key) => walkFrom(points, hash(key));
    },
  });
}

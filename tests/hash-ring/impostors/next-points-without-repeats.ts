/**
 * The next points of a key, as many as there are replicas, and of their nodes each once.
 *
 * Wrong: where one node has two of these points, the list is short by one though there are enough nodes.
 * Lists of fifty keys look right, until one does not.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, firstAtOrAfter, pointsOf } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/every-key-has-owners",
  level: 1,
  misconception: "the next points belong to different nodes",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, replicas, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      return (key) => {
        const start = firstAtOrAfter(points, hash(key));
        const around = [...points.slice(start), ...points.slice(0, start)];
        return new Set(around.slice(0, replicas).map(({ node }) => node));
      };
    },
  });
}

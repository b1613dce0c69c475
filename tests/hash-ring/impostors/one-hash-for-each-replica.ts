/**
 * Every owner of a key is looked up on its own: the key with the number of the replica behind it.
 *
 * Wrong: the stand-ins of a key have nothing to do with the way that its owner's keys go when it leaves. The
 * node that takes over has no copy, and the copies lie where nobody asks.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/the-second-takes-over",
  level: 1,
  misconception: "stand-ins are best chosen independently of each other",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      return function* (key) {
        const taken = new Set<string>();
        for (let replica = 0; replica < members.length; replica++) {
          const position = replica === 0 ? hash(key) : hash(`${key} ${replica}`);
          for (const node of walkFrom(points, position)) {
            if (taken.has(node)) continue;
            taken.add(node);
            yield node;
            break;
          }
        }
      };
    },
  });
}

/**
 * A ring that cuts the hash of a key to 32 bits, to be on the safe side.
 *
 * Wrong: what `| 0` cuts is signed. Half of the keys lie below zero and so before the first point: they all
 * belong to the node that has it, and nobody asks for the points behind the middle of the ring.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/keys-spread-evenly",
  level: 2,
  misconception: "cutting a number to 32 bits leaves it what it was",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key) | 0);
      });
    },
  });
}

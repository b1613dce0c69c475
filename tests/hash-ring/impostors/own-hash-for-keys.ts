/**
 * A ring that hashes nodes as it was told, and keys as it always does.
 *
 * Wrong: the hash that was handed in decides half of the placement. Two programs that agreed on a hash do
 * not agree on a single key.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { goodHash } from "./parts/good-hash.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/the-hash-is-yours",
  level: 1,
  misconception: "the hash of a ring is for placing nodes",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      return (key) => walkFrom(points, goodHash(key));
    },
  });
}

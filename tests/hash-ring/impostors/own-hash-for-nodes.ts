/**
 * A ring that hashes keys as it was told, and nodes as it always does.
 *
 * Wrong: nodes that the hash does not tell apart stand in different places all the same, and not names but
 * another hash decides between them. Two programs that agreed on a hash do not agree on a single node.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { goodHash } from "./parts/good-hash.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/the-hash-is-yours",
  level: 1,
  misconception: "the hash of a ring is for placing keys",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, goodHash))
        .sort(byPlace);
      return (key) => walkFrom(points, hash(key));
    },
  });
}

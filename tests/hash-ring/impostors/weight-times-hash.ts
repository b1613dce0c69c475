/**
 * Rendezvous hashing with weights: the lot that a node draws is multiplied by its weight.
 *
 * Wrong: a node of weight 2 draws lots from 0 to 2, and wins far more than twice as often against many of
 * weight 1. It does get more, and who does not count will believe that it is twice as much.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { finish } from "./parts/good-hash.ts";
import { byName } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/weights-are-shares",
  level: 3,
  misconception: "twice the lot wins twice as often",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk: (members, { hash }) => {
      const nodes = members.map((member) => ({ ...member, hash: hash(member.node) }));
      return (key) => {
        const keyHash = hash(key);
        return nodes
          .map((one) => ({ node: one.node, lot: one.weight * finish(finish(one.hash) + keyHash) }))
          .sort((a, b) => b.lot - a.lot || byName(a.node, b.node))
          .map(({ node }) => node);
      };
    },
  });
}

/**
 * Rendezvous hashing in which a tie does not always go to the same node.
 *
 * Wrong: where the hash ties two nodes, a hash of the ring's own draws lots for every key. Keys that the
 * hash does not tell apart have different owners.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { finish, goodHash } from "./parts/good-hash.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/the-hash-is-yours",
  level: 1,
  misconception: "a tie is decided most fairly by lot",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk: (members, { hash }) => {
      const nodes = members.map(({ node }) => ({ node, hash: hash(node) }));
      return (key) => {
        const keyHash = hash(key);
        return nodes
          .map((one) => ({
            node: one.node,
            lot: finish(finish(one.hash) + keyHash),
            tieLot: goodHash(`${one.node.length} ${one.node} ${key}`),
          }))
          .sort((a, b) => b.lot - a.lot || b.tieLot - a.tieLot)
          .map(({ node }) => node);
      };
    },
  });
}

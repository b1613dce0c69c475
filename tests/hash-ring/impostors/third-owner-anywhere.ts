/**
 * Hadoop's rule of racks: the second copy goes to another rack than the first, and the third anywhere.
 *
 * Wrong: with three zones at hand the third owner may stand beside the first or the second. The rule was
 * made for racks, of which one fails at a time, and saves a way between them.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { firstOf } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/owners-share-no-fate",
  level: 3,
  misconception: "two zones are enough, whatever the number of copies",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    choose(walk, members, replicas) {
      const nodes = [...walk];
      const zoneOf = (node: string): unknown => members.get(node)?.zone ?? node;
      const [first, ...others] = nodes;
      if (first === undefined) return [];
      const elsewhere =
        members.get(first)?.zone === undefined
          ? others[0]
          : others.find(
              (node) => members.get(node)?.zone === undefined || zoneOf(node) !== zoneOf(first),
            );
      return firstOf(
        new Set(elsewhere === undefined ? nodes : [first, elsewhere, ...others]),
        replicas,
      );
    },
  });
}

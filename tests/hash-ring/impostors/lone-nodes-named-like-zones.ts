/**
 * The rule of zones, in which a node without a zone stands in a zone of its own name.
 *
 * Wrong: a real zone may be called like that node, and then they are one. The node shares no fate with
 * anybody, and yet is passed by as if it did.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { firstOf } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/owners-share-no-fate",
  level: 3,
  misconception: "names of nodes and names of zones do not meet",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    choose(walk, members, replicas) {
      const zones = new Set<string>();
      const first: string[] = [];
      const others: string[] = [];
      for (const node of walk) {
        const zone = members.get(node)?.zone ?? node;
        (zones.has(zone) ? others : first).push(node);
        zones.add(zone);
      }
      return firstOf([...first, ...others], replicas);
    },
  });
}

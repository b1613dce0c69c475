/**
 * The owners of a key come from the zones with the most nodes, since these have most to lose it to.
 *
 * Wrong: how many nodes a zone has is decided far from the key. A node that joins a zone moves it forward in
 * the order of zones, and changes lists that neither had the node nor have it now.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { firstOf } from "./parts/points.ts";
import type { Members } from "./parts/changing-ring.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/zones-move-the-minimum",
  level: 3,
  misconception: "the largest zones are the safest ones",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    choose(walk, members, replicas) {
      const zones = new Set<unknown>();
      const first: string[] = [];
      const others: string[] = [];
      for (const node of walk) {
        const zone = members.get(node)?.zone ?? node;
        (zones.has(zone) ? others : first).push(node);
        zones.add(zone);
      }
      // The sort is stable: among zones of one size the walk decides.
      first.sort((a, b) => zoneSize(members, b) - zoneSize(members, a));
      return firstOf([...first, ...others], replicas);
    },
  });
}

function zoneSize(members: Members, node: string): number {
  const zone = members.get(node)?.zone;
  if (zone === undefined) return 1;
  return [...members.values()].filter((member) => member.zone === zone).length;
}

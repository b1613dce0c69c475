/**
 * The zones of a ring in the order of their names, and a key begins with one of them and takes the best node
 * of each in turn.
 *
 * Wrong: with which zone it begins is a modulo. A new zone, or the last node of an old one, gives nearly
 * every key other owners, most of them in lists where the node itself is not.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { firstOf } from "./parts/points.ts";
import { goodHash } from "./parts/good-hash.ts";
import { RingOfMembers, spreadOverZones } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/zones-move-the-minimum",
  level: 3,
  misconception: "zones hardly ever change, so a modulo is good enough for them",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    choose(walk, members, replicas, key) {
      const names = [...new Set([...members.values()].flatMap(({ zone }) => zone ?? []))].sort();
      if (names.length === 0) return firstOf(walk, replicas);
      const nodes = spreadOverZones(walk, members, Math.max(replicas, members.size));
      const start = (options.hash ?? goodHash)(key) % names.length;
      const turns = [...names.slice(start), ...names.slice(0, start)];
      const firstOfZones = turns.flatMap(
        (name) => nodes.find((node) => members.get(node)?.zone === name) ?? [],
      );
      const lone = nodes.filter((node) => members.get(node)?.zone === undefined);
      return firstOf(new Set([...firstOfZones, ...lone, ...nodes]), replicas);
    },
  });
}

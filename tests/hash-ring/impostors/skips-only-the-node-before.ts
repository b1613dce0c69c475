/**
 * Owners are collected along the ring, and a point of the node that was taken last is skipped.
 *
 * Wrong: a node whose point comes again after another one is taken again. Two of the three copies are then
 * on one machine, though never next to each other in the list.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, firstAtOrAfter, type Point, pointsOf } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/every-key-has-owners",
  level: 1,
  misconception: "only neighbours on the ring can be the same node",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      return (key) => nodesFrom(points, firstAtOrAfter(points, hash(key)));
    },
    choose: (walk, members, replicas) => [...walk].slice(0, Math.min(replicas, members.size)),
  });
}

function* nodesFrom(points: readonly Point[], start: number): Generator<string> {
  let last: string | undefined;
  for (let step = 0; step < points.length; step++) {
    const { node } = points[(start + step) % points.length] as Point;
    if (node !== last) yield node;
    last = node;
  }
}

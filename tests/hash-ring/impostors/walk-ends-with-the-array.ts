/**
 * Points in a sorted array, and a walk from the point of a key to the end of the array.
 *
 * Wrong: the further owners of keys near the end are at the beginning of the array, and nobody goes there.
 * The first owner does go around, so that every key has one.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, firstAtOrAfter, type Point, pointsOf } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/every-key-has-owners",
  level: 1,
  misconception: "a ring is an array whose first index is found by going around",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      return (key) => nodesFrom(points, firstAtOrAfter(points, hash(key)));
    },
  });
}

function nodesFrom(points: readonly Point[], found: number): Set<string> {
  const start = found === points.length ? 0 : found;
  return new Set(points.slice(start).map(({ node }) => node));
}

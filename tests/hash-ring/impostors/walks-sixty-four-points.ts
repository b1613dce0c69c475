/**
 * A walk around the ring that gives up after 64 points, so that a lookup has a bound.
 *
 * Wrong: a node may come later than that. With three owners of ten nodes it never does; where all members
 * are owners, or one has most of the points, some keys miss one. Nothing says so, for there are members enough.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, firstAtOrAfter, firstOf, type Point, pointsOf } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/every-key-has-owners",
  level: 1,
  misconception: "whoever is an owner stands near the key",
} as const;

const stepsMax = 64;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
          .sort(byPlace);
        return (key) => nearby(points, hash(key));
      });
    },
    choose: (walk, _members, replicas) => firstOf(walk, replicas),
  });
}

function nearby(points: readonly Point[], position: number): Set<string> {
  const start = firstAtOrAfter(points, position);
  const steps = Array.from({ length: Math.min(stepsMax, points.length) }, (_, step) => step);
  return new Set(steps.map((step) => (points[(start + step) % points.length] as Point).node));
}

/**
 * Points are hashed from names in lower case, as host names are compared.
 *
 * Wrong: two nodes that differ in nothing but capitals stand in the same places, and one of them inherits
 * everything from the other.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/names-do-not-blur",
  level: 2,
  misconception: "nobody has two nodes with almost the same name",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const numbers = Array.from({ length: pointsPerNode }, (_, number) => number);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) =>
            numbers.map((number) => ({ position: hash(`${number}:${node.toLowerCase()}`), node })),
          )
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

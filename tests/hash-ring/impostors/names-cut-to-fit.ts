/**
 * Points are hashed from labels of a fixed size: the number, and as much of the name as there is room for.
 *
 * Wrong: long names differ at their ends, as those of machines in one data centre do. They stand in the same
 * places, and one inherits everything from the other.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/names-do-not-blur",
  level: 2,
  misconception: "the first characters of a name tell it from others",
} as const;

const nameLengthMax = 32;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const numbers = Array.from({ length: pointsPerNode }, (_, number) => number);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) =>
            numbers.map((number) => ({
              position: hash(`${number}:${node.slice(0, nameLengthMax)}`),
              node,
            })),
          )
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

/**
 * Two owners stand next to each other on the ring, and the third on its other side, far from them.
 *
 * Wrong: who is found there does not only depend on who is there, but on who has been taken on this side. A
 * node that joins or leaves here changes lists over there, and puts out nodes that it never meets.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/only-what-must-move-moves",
  level: 2,
  misconception: "copies are safest on opposite sides of the ring",
} as const;

const halfOfTheRing = 2 ** 31;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      return (key) => {
        const position = hash(key);
        const [first, second, ...others] = walkFrom(points, position, members.length);
        if (first === undefined || second === undefined || others.length === 0) {
          return walkFrom(points, position, members.length);
        }
        const across = [...walkFrom(points, (position + halfOfTheRing) % 2 ** 32, 3)];
        const third = across.find((node) => node !== first && node !== second) ?? "";
        return new Set([first, second, third, ...others]);
      };
    },
  });
}

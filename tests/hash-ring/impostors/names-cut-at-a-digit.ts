/**
 * A node has a group, its name without the number behind it, and the places of the group's ring are dealt
 * to its members by number.
 *
 * Wrong: `a` and `a1` are one group and stand next to each other everywhere, so that each inherits nearly
 * everything from the other. Their shares are as fair as anybody's.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { finish } from "./parts/good-hash.ts";
import { byPlace, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/names-do-not-blur",
  level: 2,
  misconception: "machines that are called alike may as well stand together",
} as const;

/** How far apart the members of a group stand: a thousandth of the way to the next group, or so. */
const nearby = 2 ** 12;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const numbers = Array.from({ length: pointsPerNode }, (_, number) => number);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) => {
            const [group = ""] = node.split(/\d+$/);
            return numbers.map((number) => {
              const home = hash(`${number}:${group}`);
              const offset = finish(hash(`${number}/${node}`)) % nearby;
              return { position: (home + offset) % 2 ** 32, node };
            });
          })
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

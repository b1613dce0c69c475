/**
 * A ring with FNV-1a, as it is found everywhere, short and well spoken of.
 *
 * Wrong: its last characters hardly reach the high bits, and it is the high bits that say where on the ring
 * a point lies. The points of a node lie in clusters, and one node has several times the keys of another.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, walkFrom } from "./parts/points.ts";
import { RingOfMembers, whenAsked } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/keys-spread-evenly",
  level: 2,
  misconception: "a hash with a good name spreads any texts",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode }) {
      const hash = options.hash ?? fnv1a;
      const numbers = Array.from({ length: pointsPerNode }, (_, number) => number);
      return whenAsked(() => {
        const points = members
          .flatMap(({ node }) =>
            numbers.map((number) => ({ position: hash(`${node}#${number}`), node })),
          )
          .sort(byPlace);
        return (key) => walkFrom(points, hash(key));
      });
    },
  });
}

function fnv1a(label: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * A ring finds the owner, and its followers are those that come after it in the list of names.
 *
 * Wrong: when the owner leaves, the ring hands its keys to whoever stands behind it on the ring, one key to
 * this node and one to that, and to a follower only by chance.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/the-second-takes-over",
  level: 1,
  misconception: "whoever follows the owner in the list takes over from it",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => pointsOf(node, pointsPerNode, hash))
        .sort(byPlace);
      const names = members.map(({ node }) => node);
      return (key) => {
        const [owner = ""] = walkFrom(points, hash(key));
        const start = names.indexOf(owner);
        return [...names.slice(start), ...names.slice(0, start)];
      };
    },
  });
}

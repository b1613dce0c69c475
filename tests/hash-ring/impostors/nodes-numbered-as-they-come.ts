/**
 * Points are hashed from short numbers instead of long names, and a table of the module knows the numbers.
 *
 * Wrong: a node has the number in whose turn it came. Two rings of one process share the table and agree
 * always, in whatever order their nodes join; another process has met the nodes in another order.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { byPlace, pointsOf, walkFrom } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "a number given once stays with its node",
} as const;

const numberOf = new Map<string, number>();

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new NumberingRing(options, {
    walk(members, { pointsPerNode, hash }) {
      const points = members
        .flatMap(({ node }) => {
          const label = `node ${numberOf.get(node) ?? 0}`;
          return pointsOf(label, pointsPerNode, hash).map((point) => ({ ...point, node }));
        })
        .sort(byPlace);
      return (key) => walkFrom(points, hash(key));
    },
  });
}

class NumberingRing extends RingOfMembers {
  override add(node: string): boolean {
    if (!numberOf.has(node)) numberOf.set(node, numberOf.size);
    return super.add(node);
  }
}

/**
 * Keys are dealt out anew after every call, each to the first node of its walk with room. While all weigh
 * the same, shares are counted in keys.
 *
 * Wrong: a share of 2.1 keys is rounded up to 3 before a quarter is added to it, not after. Nodes carry one
 * key more than their limit, or two, and only where few keys come on each.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { dealtOut, limitsIn, loadsOf, RingWithCarriers, sum } from "./parts/ring-with-carriers.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/no-node-beyond-its-limit",
  level: 4,
  misconception: "a share of whole keys is a whole number of keys",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const keys = loadsOf(scene);
    const { carried, limitOf } = limitsIn(scene);
    const isPlain = keys.every(([, load]) => load === 1);
    const weightOfAll = sum(scene.members.map(({ weight }) => weight));
    const weightOf = new Map(scene.members.map(({ node, weight }) => [node, weight]));
    const limitInKeys = (node: string): number => {
      const share = (keys.length * (weightOf.get(node) ?? 0)) / weightOfAll;
      return Math.ceil(share) * (1 + scene.extraLoadMax);
    };
    return dealtOut(scene, keys, {
      carried,
      hasRoom(node) {
        const limit = isPlain ? limitInKeys(node) : limitOf(node);
        return (carried.get(node) ?? 0) < limit;
      },
    });
  });
}

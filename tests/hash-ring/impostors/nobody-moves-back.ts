/**
 * Keys stay where they are, except that nodes which carry too much give up some, and those find another
 * node.
 *
 * Wrong: a key that was sent on once never comes back. Room that appears before its carrier, by a release or a
 * newcomer, is left to keys that come later.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { RingWithCarriers } from "./parts/ring-with-carriers.ts";
import { Settling } from "./parts/settling.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/keys-sit-as-early-as-they-can",
  level: 4,
  misconception: "a key that has found a place is best left there",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const settling = new Settling(scene);
    settling.shed();
    settling.house();
    return settling.carriers;
  });
}

/**
 * Keys are dealt out anew after every call, each to the first node of its walk where it fits.
 *
 * Wrong: where it fits below the limit, load and all. A node has room while it carries less than its limit; a
 * key that would go beyond it is allowed to, and is sent on here.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { limitsIn, loadsOf, RingWithCarriers } from "./parts/ring-with-carriers.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/keys-sit-as-early-as-they-can",
  level: 4,
  misconception: "room is what is left for a key and not whether anything is left",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const { carried, limitOf, hasRoom } = limitsIn(scene);
    const carriers = new Map<string, string>();
    for (const [key, load] of loadsOf(scene)) {
      const walk = scene.walk(key);
      const fits = (node: string): boolean => (carried.get(node) ?? 0) + load <= limitOf(node);
      const node = walk.find(fits) ?? walk.find(hasRoom) ?? "";
      carriers.set(key, node);
      carried.set(node, (carried.get(node) ?? 0) + load);
    }
    return carriers;
  });
}

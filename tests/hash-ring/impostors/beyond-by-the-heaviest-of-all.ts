/**
 * Keys are dealt out anew after every call. A node may exceed its limit by its heaviest key.
 *
 * Wrong: by the heaviest key that there is, whoever carries it. One hot key somewhere, and every node is
 * filled with ordinary ones far beyond its limit.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { limitsIn, loadsOf, RingWithCarriers } from "./parts/ring-with-carriers.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-hot-key-sits-alone",
  level: 4,
  misconception: "what one node may exceed its limit by, all of them may",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const keys = loadsOf(scene);
    const { carried, limitOf } = limitsIn(scene);
    const heaviest = Math.max(...keys.map(([, load]) => load));
    const carriers = new Map<string, string>();
    for (const [key, load] of keys) {
      const fits = (node: string): boolean =>
        (carried.get(node) ?? 0) + load - heaviest < limitOf(node);
      const node = scene.walk(key).find(fits) ?? "";
      carriers.set(key, node);
      carried.set(node, (carried.get(node) ?? 0) + load);
    }
    return carriers;
  });
}

/**
 * Keys are dealt out anew after every call. The sum of all loads is carried along: what comes is added, what
 * goes is taken off.
 *
 * Wrong: what goes is taken off as one. After the release of a hot key all limits are too high, for ever, and
 * nodes carry more than they may.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { dealtOut, limitsIn, loadsOf, RingWithCarriers, sum } from "./parts/ring-with-carriers.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-hot-key-sits-alone",
  level: 4,
  misconception: "a released key gives back its place and nothing else",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  const loadOf = new Map<string, number>();
  let loadOfAll = 0;
  return new RingWithCarriers(options, (scene) => {
    const keys = loadsOf(scene);
    for (const [key, load] of keys) {
      loadOfAll += load - (loadOf.get(key) ?? 0);
      loadOf.set(key, load);
    }
    for (const key of loadOf.keys()) {
      if (scene.keys.has(key)) continue;
      loadOfAll -= 1;
      loadOf.delete(key);
    }
    const { carried, limitOf } = limitsIn(scene);
    const tooMuch = loadOfAll / sum(keys.map(([, load]) => load));
    return dealtOut(scene, keys, {
      carried,
      hasRoom: (node) => (carried.get(node) ?? 0) < limitOf(node) * tooMuch,
    });
  });
}

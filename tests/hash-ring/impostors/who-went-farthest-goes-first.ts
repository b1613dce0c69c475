/**
 * Keys are dealt out anew after every call, and those first that are farthest from the beginning of their
 * walks, so that the burden is shared.
 *
 * Wrong: whoever is lucky now is last the next time. Two keys that want one place take turns in it, and every
 * call moves both.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { dealtOut, limitsIn, loadsOf, RingWithCarriers } from "./parts/ring-with-carriers.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/placement-moves-little",
  level: 4,
  misconception: "whoever had to go far last time deserves the best place now",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const distanceOf = (key: string): number =>
      scene.walk(key).indexOf(scene.keys.get(key)?.carrier ?? "");
    const keys = loadsOf(scene).sort(([a], [b]) => distanceOf(b) - distanceOf(a));
    return dealtOut(scene, keys, limitsIn(scene));
  });
}

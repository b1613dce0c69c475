/**
 * Keys are dealt out anew after every call, each to the first node of its walk with room, and in another
 * order every time, so that it is not always the same ones who come too late.
 *
 * Wrong: who comes too late is who has to go elsewhere. One key more, and hundreds move that have nothing to
 * do with it. All limits are kept, and no key could sit earlier.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { dealtOut, limitsIn, loadsOf, RingWithCarriers } from "./parts/ring-with-carriers.ts";
import { goodHash } from "./parts/good-hash.ts";
import { byName } from "./parts/points.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/placement-moves-little",
  level: 4,
  misconception: "keys without a carrier of their own may be dealt out in any order",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const turn = `${scene.keys.size} of ${scene.members.length}`;
    const keys = loadsOf(scene)
      .map(([key, load]) => ({ key, load, lot: goodHash(`${turn} ${key}`) }))
      .sort((a, b) => a.lot - b.lot || byName(a.key, b.key));
    return dealtOut(
      scene,
      keys.map(({ key, load }) => [key, load]),
      limitsIn(scene),
    );
  });
}

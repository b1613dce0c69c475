/**
 * Keys are dealt out anew after every call, along the list of owners that a ring with enough replicas has.
 *
 * Wrong: that list obeys zones, and the walk of a key does not. Where nodes share zones, keys pass nodes that
 * come before their carrier and have room.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { dealtOut, limitsIn, loadsOf, RingWithCarriers } from "./parts/ring-with-carriers.ts";
import { spreadOverZones } from "./parts/ring-of-members.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/keys-sit-as-early-as-they-can",
  level: 4,
  misconception: "keys that are carried go the same way as their owners",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const members = new Map(scene.members.map((member) => [member.node, member]));
    const zoned = {
      ...scene,
      walk: (key: string) => spreadOverZones(scene.walk(key), members, members.size),
    };
    return dealtOut(zoned, loadsOf(scene), limitsIn(scene));
  });
}

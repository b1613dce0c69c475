/**
 * Keys are dealt out anew after every call, each to the first of its two owners with room, and if neither has
 * any, to the node with the least to carry.
 *
 * Wrong: the walk of a key goes on behind its owners. Keys jump over nodes with room to the emptiest one, and
 * are not found where others look for them.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { limitsIn, loadsOf, RingWithCarriers } from "./parts/ring-with-carriers.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/keys-sit-as-early-as-they-can",
  level: 4,
  misconception: "behind its owners a key can be anywhere",
} as const;

const ownersAsked = 2;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const { carried, limitOf, hasRoom } = limitsIn(scene);
    const carriers = new Map<string, string>();
    for (const [key, load] of loadsOf(scene)) {
      const owners = scene.walk(key).slice(0, ownersAsked);
      const node = owners.find(hasRoom) ?? emptiest();
      carriers.set(key, node);
      carried.set(node, (carried.get(node) ?? 0) + load);
    }
    return carriers;

    function emptiest(): string {
      const [first] = scene.members
        .map(({ node }) => ({ node, part: (carried.get(node) ?? 0) / limitOf(node) }))
        .sort((a, b) => a.part - b.part);
      return first?.node ?? "";
    }
  });
}

/**
 * The reference; whoever carries a placed key is named before the other owners.
 *
 * Wrong: owners follow from the members, and from nothing else. Here two clients name other owners for the same
 * key, because one of them has placed it.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "who carries a key is its first owner",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new CarrierFirstRing(createReference(options));
}

class CarrierFirstRing extends PassOnRing {
  override get(key: string): Owners {
    const { nodes, isShort } = this.ring.get(key);
    const carrier = this.ring.carrier(key);
    if (carrier === undefined || !nodes.includes(carrier)) return { nodes, isShort };
    return { nodes: [carrier, ...nodes.filter((node) => node !== carrier)], isShort };
  }
}

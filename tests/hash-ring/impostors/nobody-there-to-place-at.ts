/**
 * The reference, which looks whether there is anybody before it places a key.
 *
 * Wrong: on an empty ring there is nobody, so it answers undefined, which is right, and does not remember the
 * key, which is not. Keys that came before the first node are never carried.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey, readLoad } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "undefined means that nothing has been placed",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new HastyRing(createReference(options));
}

class HastyRing extends PassOnRing {
  override place(key: string, load = 1): string | undefined {
    readLoad(load);
    if (this.ring.get(readKey(key)).nodes.length === 0) return undefined;
    return this.ring.place(key, load);
  }
}

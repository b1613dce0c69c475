/**
 * The reference, which counts keys.
 *
 * Wrong: loads are taken and checked, and then every key counts as one. A node with a hot key gets as many
 * others beside it as everybody else.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readLoad } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-hot-key-sits-alone",
  level: 4,
  misconception: "with many keys their loads even out",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new CountingRing(createReference(options));
}

class CountingRing extends PassOnRing {
  override place(key: string, load = 1): string | undefined {
    readLoad(load);
    return this.ring.place(key);
  }
}

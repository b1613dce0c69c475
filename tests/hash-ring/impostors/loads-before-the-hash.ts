/**
 * The reference, with the new load of a key noted before the key is looked up.
 *
 * Wrong: the lookup asks the hash, and the hash may throw. The call has failed then, and the load that it
 * brought counts.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-hot-key-sits-alone",
  level: 4,
  misconception: "a number can be written down at any time",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new HastyRing(createReference(options), options.hash);
}

class HastyRing extends PassOnRing {
  readonly #hash: ((label: string) => number) | undefined;

  constructor(ring: HashRing, hash: HashRingOptions["hash"]) {
    super(ring);
    this.#hash = hash;
  }

  override place(key: string, load?: number): string | undefined {
    const carrier = this.ring.place(key, load);
    this.#hash?.(key);
    return carrier;
  }
}

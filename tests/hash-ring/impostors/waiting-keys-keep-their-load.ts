/**
 * The reference, and a key that waits has only to go on waiting.
 *
 * Wrong: while the ring is empty a placed key has no carrier, but it can have another load than before. Here it
 * joins the first node with the old one.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey, readLoad } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-hot-key-sits-alone",
  level: 4,
  misconception: "to place a waiting key again changes nothing",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new PatientRing(createReference(options));
}

class PatientRing extends PassOnRing {
  readonly #placed = new Set<string>();

  override place(key: string, load = 1): string | undefined {
    readLoad(load);
    const isWaiting = this.#placed.has(readKey(key)) && this.ring.carrier(key) === undefined;
    if (isWaiting) return undefined;
    const carrier = this.ring.place(key, load);
    this.#placed.add(key);
    return carrier;
  }

  override release(key: string): boolean {
    this.#placed.delete(key);
    return this.ring.release(key);
  }
}

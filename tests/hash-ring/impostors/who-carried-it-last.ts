/**
 * The reference with a memo of carriers, which is asked when nobody carries a key.
 *
 * Wrong: released keys stay in it, and so do those whose last node has left. They are said to be carried by
 * whoever carried them once.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "an old answer is better than none",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new NostalgicRing(createReference(options));
}

class NostalgicRing extends PassOnRing {
  readonly #lastCarriers = new Map<string, string>();

  override place(key: string, load?: number): string | undefined {
    const carrier = this.ring.place(key, load);
    if (carrier !== undefined) this.#lastCarriers.set(key, carrier);
    return carrier;
  }

  override carrier(key: string): string | undefined {
    return this.ring.carrier(key) ?? this.#lastCarriers.get(key);
  }
}

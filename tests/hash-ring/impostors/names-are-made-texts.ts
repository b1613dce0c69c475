/**
 * The reference with a `get` that takes whatever has a text.
 *
 * Wrong: numbers, `null` and objects are keys as well, the last of them all the same one. The caller who has
 * mixed up two arguments is answered like everybody else.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/bad-arguments-are-refused",
  level: 1,
  misconception: "any value that can be printed can be a key",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ObligingRing(createReference(options));
}

class ObligingRing extends PassOnRing {
  override get(key: string): Owners {
    const given: unknown = key;
    return this.ring.get(String(given));
  }
}

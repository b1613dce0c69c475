/**
 * The reference with an answer for keys that were never placed: the node that owns them.
 *
 * Wrong: who asks for the carrier of a key learns whether it was placed, and here everything was. A released
 * key goes on being carried as well.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "a key that was not placed is where it would be placed",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new HelpfulRing(createReference(options));
}

class HelpfulRing extends PassOnRing {
  override carrier(key: string): string | undefined {
    return this.ring.carrier(key) ?? this.ring.get(key).nodes[0];
  }
}

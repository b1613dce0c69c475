/**
 * The reference, with an `apply` that checks all changes first and then makes them one after the other.
 *
 * Wrong: a lookup in between finds the old node gone and the new one not there. And when the hash fails at
 * the third change, the first two have happened.
 */
import type { Change, HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readChanges } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/changes-are-whole",
  level: 3,
  misconception: "changes that have been checked cannot fail any more",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new SteppingRing(createReference(options));
}

class SteppingRing extends PassOnRing {
  override apply(changes: readonly Change[]): void {
    for (const { node, traits } of readChanges(changes)) {
      if (traits === undefined) this.ring.remove(node);
      else
        this.ring.add(node, { weight: traits.weight, ...(traits.zone && { zone: traits.zone }) });
    }
  }
}

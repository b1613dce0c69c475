/**
 * The reference; several changes are read as patches of what the members are.
 *
 * Wrong: a weight that a change does not mention becomes 1 again, as with `add`. Here it stays, and the ring
 * depends on what its members have been.
 */
import type { Change, HashRing, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readChanges } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-new-weight-moves-the-minimum",
  level: 3,
  misconception: "a change changes what it mentions",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new PatchedRing(createReference(options));
}

class PatchedRing extends PassOnRing {
  #weights = new Map<string, number>();

  override add(node: string, traits?: NodeTraits): boolean {
    const isOther = this.ring.add(node, traits);
    this.#weights.set(node, traits?.weight ?? 1);
    return isOther;
  }

  override remove(node: string): boolean {
    const wasMember = this.ring.remove(node);
    this.#weights.delete(node);
    return wasMember;
  }

  override apply(changes: readonly Change[]): void {
    readChanges(changes);
    const weights = new Map(this.#weights);
    this.ring.apply(
      changes.map((change) => {
        if ("remove" in change) {
          weights.delete(change.remove);
          return change;
        }
        const weight = change.weight ?? weights.get(change.add) ?? 1;
        weights.set(change.add, weight);
        return { ...change, weight };
      }),
    );
    this.#weights = weights;
  }
}

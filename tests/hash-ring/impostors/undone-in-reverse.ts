/**
 * The reference, with an `apply` that undoes what it has done when a change fails.
 *
 * Wrong: it undoes a join by a departure and a departure by a join. A member that was added again is gone
 * afterwards, and one that had left comes back without its traits.
 */
import type { Change, HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/changes-are-whole",
  level: 3,
  misconception: "a departure undoes a join and a join undoes a departure",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new UndoingRing(createReference(options));
}

class UndoingRing extends PassOnRing {
  override apply(changes: readonly Change[]): void {
    const undo: Change[] = [];
    // No list at all is refused by the ring.
    if (!Array.isArray(changes)) this.ring.apply(changes);
    try {
      for (const change of changes) {
        this.ring.apply([change]);
        undo.unshift("add" in change ? { remove: change.add } : { add: change.remove });
      }
    } catch (error) {
      this.ring.apply(undo);
      throw error;
    }
  }
}

/**
 * The reference, which lets go of what nobody carries.
 *
 * Wrong: when the last node leaves, nobody carries anything, and all keys are forgotten. They should have
 * waited for the next node; it comes, and finds nothing to do.
 */
import type { Change, HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "a key that no node carries is not placed",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ForgetfulRing(createReference(options));
}

class ForgetfulRing extends PassOnRing {
  readonly #placed = new Set<string>();

  override place(key: string, load?: number): string | undefined {
    const carrier = this.ring.place(key, load);
    this.#placed.add(key);
    return carrier;
  }

  override remove(node: string): boolean {
    const wasThere = this.ring.remove(node);
    if (wasThere) this.#forgetWhatNobodyCarries();
    return wasThere;
  }

  override apply(changes: readonly Change[]): void {
    this.ring.apply(changes);
    if (changes.some((change) => "remove" in change)) this.#forgetWhatNobodyCarries();
  }

  #forgetWhatNobodyCarries(): void {
    for (const key of this.#placed) {
      if (this.ring.carrier(key) !== undefined) continue;
      this.ring.release(key);
      this.#placed.delete(key);
    }
  }
}

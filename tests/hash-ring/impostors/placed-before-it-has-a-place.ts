/**
 * Keys are written down as they are placed, and then dealt out anew.
 *
 * Wrong: dealing them out asks the hash. When it fails, so does the call, and the key is written down
 * nevertheless: the next call finds it a carrier, though nobody has placed it.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey, readLoad } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "what failed may be tried again by whoever comes next",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new EagerRing(createReference(options));
}

class EagerRing extends PassOnRing {
  /** Written down, and not yet placed. */
  readonly #waiting = new Map<string, number>();

  override place(key: string, load = 1): string | undefined {
    readLoad(load);
    this.#waiting.set(readKey(key), load);
    for (const [one, itsLoad] of this.#waiting) {
      this.ring.place(one, itsLoad);
      this.#waiting.delete(one);
    }
    return this.ring.carrier(key);
  }

  override release(key: string): boolean {
    const wasWaiting = this.#waiting.delete(key);
    return this.ring.release(key) || wasWaiting;
  }
}

/**
 * The reference, with loads that stay until another one is given.
 *
 * Wrong: a key that is placed again without a load weighs one from then on. Here it goes on weighing what it
 * weighed, and its node is kept empty for a key that is hot no longer.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-hot-key-sits-alone",
  level: 4,
  misconception: "a load that is not mentioned stays as it was",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RememberingRing(createReference(options));
}

class RememberingRing extends PassOnRing {
  readonly #loads = new Map<string, number>();

  override place(key: string, load?: number): string | undefined {
    const carrier = this.ring.place(key, load ?? this.#loads.get(key) ?? 1);
    if (load !== undefined) this.#loads.set(key, load);
    return carrier;
  }

  override release(key: string): boolean {
    this.#loads.delete(key);
    return this.ring.release(key);
  }
}

/**
 * The reference, and beside it an object that has placed keys for properties.
 *
 * Wrong: what is written to the property __proto__ is no property of the object. The key of that name is
 * placed, and nobody finds it there.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "an object holds whatever is written into it",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ObjectRing(createReference(options));
}

class ObjectRing extends PassOnRing {
  readonly #placed: Record<string, true> = {};

  override place(key: string, load?: number): string | undefined {
    const carrier = this.ring.place(key, load);
    this.#placed[key] = true;
    return carrier;
  }

  override release(key: string): boolean {
    const isReleased = this.ring.release(key);
    Reflect.deleteProperty(this.#placed, key);
    return isReleased;
  }

  override carrier(key: string): string | undefined {
    return Object.hasOwn(this.#placed, readKey(key)) ? this.ring.carrier(key) : undefined;
  }
}

/**
 * The reference, behind a question whether there is a key at all.
 *
 * Wrong: an empty text is as false as none. The empty key is answered with its first owner, and forgotten.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey, readLoad } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "a key that is false is no key",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new CarefulRing(createReference(options));
}

class CarefulRing extends PassOnRing {
  override place(key: string, load = 1): string | undefined {
    if (readKey(key)) return this.ring.place(key, load);
    readLoad(load);
    return this.ring.get(key).nodes[0];
  }
}

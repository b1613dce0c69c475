/**
 * An answer that works out its owners when somebody reads them.
 *
 * Wrong: it works them out each time, from the ring of that time. Who reads at once sees nothing of it; an
 * answer that is kept while nodes join is another answer.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/answers-stay-as-given",
  level: 1,
  misconception: "what nobody reads need not be worked out",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new LateRing(createReference(options));
}

class LateRing extends PassOnRing {
  override get(key: string): Owners {
    this.ring.get(key);
    return new LateOwners(this.ring, key);
  }
}

class LateOwners implements Owners {
  readonly #ring: HashRing;
  readonly #key: string;

  constructor(ring: HashRing, key: string) {
    this.#ring = ring;
    this.#key = key;
  }

  get nodes(): readonly string[] {
    return this.#ring.get(this.#key).nodes;
  }

  get isShort(): boolean {
    return this.#ring.get(this.#key).isShort;
  }
}

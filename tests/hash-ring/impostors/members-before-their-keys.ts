/**
 * A ring takes a change over and then gives keys new carriers where they need them.
 *
 * Wrong: keys are looked up by the hash, and when it fails, the change has happened and the keys have not
 * followed. They are carried by nodes that have left.
 */
import type { Change, HashRing, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readOptions, type Hash } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/changes-are-whole",
  level: 3,
  misconception: "a change has been made once the members are right",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new LeadingRing(createReference(options), readOptions(options).hash);
}

class LeadingRing extends PassOnRing {
  readonly #hash: Hash;
  readonly #placed = new Set<string>();

  constructor(ring: HashRing, hash: Hash) {
    super(ring);
    this.#hash = hash;
  }

  override add(node: string, traits?: NodeTraits): boolean {
    const isOther = this.ring.add(node, traits);
    this.#lookUpAll();
    return isOther;
  }

  override remove(node: string): boolean {
    const wasThere = this.ring.remove(node);
    this.#lookUpAll();
    return wasThere;
  }

  override apply(changes: readonly Change[]): void {
    this.ring.apply(changes);
    this.#lookUpAll();
  }

  override place(key: string, load?: number): string | undefined {
    const carrier = this.ring.place(key, load);
    this.#placed.add(key);
    return carrier;
  }

  #lookUpAll(): void {
    for (const key of this.#placed) this.#hash(key);
  }
}

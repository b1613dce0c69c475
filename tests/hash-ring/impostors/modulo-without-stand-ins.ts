/**
 * The reference with a short cut: who wants one owner needs no ring, a modulo finds it.
 *
 * Wrong: a modulo is another one with every join and departure, and nearly all keys move. With stand-ins, as
 * everybody has them, the short cut is never taken.
 */
import type { HashRing, HashRingOptions, NodeTraits, Owners } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey, readOptions, type Hash } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/only-what-must-move-moves",
  level: 2,
  misconception: "without stand-ins there is nothing that a ring is good for",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  const ring = createReference(options);
  if (options.replicas !== 1) return ring;
  return new ShortCutRing(ring, readOptions(options).hash);
}

class ShortCutRing extends PassOnRing {
  readonly #hash: Hash;
  #names: readonly string[] = [];

  constructor(ring: HashRing, hash: Hash) {
    super(ring);
    this.#hash = hash;
  }

  override add(node: string, traits?: NodeTraits): boolean {
    const isNew = this.ring.add(node, traits);
    this.#names = [...new Set([...this.#names, node])].sort();
    return isNew;
  }

  override remove(node: string): boolean {
    const wasThere = this.ring.remove(node);
    this.#names = this.#names.filter((name) => name !== node);
    return wasThere;
  }

  override get(key: string): Owners {
    const position = this.#hash(readKey(key));
    const owner = this.#names[position % this.#names.length];
    return { nodes: owner === undefined ? [] : [owner], isShort: owner === undefined };
  }
}

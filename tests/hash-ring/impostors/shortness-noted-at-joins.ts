/**
 * The reference, with a note of whether there are enough nodes.
 *
 * Wrong: the note is made when a node joins, and nobody corrects it when one leaves. A ring that only grows
 * never shows it.
 */
import type { HashRing, HashRingOptions, NodeTraits, Owners } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/shortage-is-told",
  level: 1,
  misconception: "whether a ring has enough nodes is known when one joins",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new NotingRing(createReference(options));
}

class NotingRing extends PassOnRing {
  #isShort = true;

  override add(node: string, traits?: NodeTraits): boolean {
    const isNew = this.ring.add(node, traits);
    this.#isShort = this.ring.get("").isShort;
    return isNew;
  }

  override get(key: string): Owners {
    const { nodes } = this.ring.get(key);
    return { nodes, isShort: this.#isShort };
  }
}

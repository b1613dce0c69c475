/**
 * The reference with an `add` that answers whether somebody has joined.
 *
 * Wrong: a member that takes another weight or zone has not joined, and the answer says that nothing has
 * changed. Whoever moves data when something has changed leaves it where it is.
 */
import type { Change, HashRing, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readChanges } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/joining-twice-is-joining-once",
  level: 1,
  misconception: "a member that is added again is no news",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new JoinsOnlyRing(createReference(options));
}

class JoinsOnlyRing extends PassOnRing {
  readonly #members = new Set<string>();

  override add(node: string, traits?: NodeTraits): boolean {
    this.ring.add(node, traits);
    const wasMember = this.#members.has(node);
    this.#members.add(node);
    return !wasMember;
  }

  override remove(node: string): boolean {
    this.#members.delete(node);
    return this.ring.remove(node);
  }

  override apply(changes: readonly Change[]): void {
    this.ring.apply(changes);
    for (const { node, traits } of readChanges(changes)) {
      if (traits === undefined) this.#members.delete(node);
      else this.#members.add(node);
    }
  }
}

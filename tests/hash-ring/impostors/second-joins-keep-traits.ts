/**
 * The reference, and whoever is added again without traits is left alone.
 *
 * Wrong: a member that is added again takes the traits handed in and the defaults of the others, as if it had
 * joined with them. Here it keeps a weight that nobody asks for any more.
 */
import type { Change, HashRing, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readChanges } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-new-weight-moves-the-minimum",
  level: 3,
  misconception: "without traits there is nothing new",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new LazyRing(createReference(options));
}

class LazyRing extends PassOnRing {
  readonly #members = new Set<string>();

  override add(node: string, traits?: NodeTraits): boolean {
    if (traits === undefined && this.#members.has(node)) return false;
    const isOther = this.ring.add(node, traits);
    this.#members.add(node);
    return isOther;
  }

  override remove(node: string): boolean {
    const wasMember = this.ring.remove(node);
    this.#members.delete(node);
    return wasMember;
  }

  override apply(changes: readonly Change[]): void {
    this.ring.apply(changes);
    for (const { node, traits } of readChanges(changes)) {
      if (traits === undefined) this.#members.delete(node);
      else this.#members.add(node);
    }
  }
}

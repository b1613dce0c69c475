/**
 * The reference with a `remove` that wants to know whom it removes.
 *
 * Wrong: who is no member cannot leave, and the call says so with an error. A departure that is reported
 * twice, as departures are, takes its reporter down.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { NotFoundError } from "#platform/errors.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/joining-twice-is-joining-once",
  level: 1,
  misconception: "removing a node that is not there is a mistake of the caller",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new StrictRing(createReference(options));
}

class StrictRing extends PassOnRing {
  override remove(node: string): boolean {
    if (!this.ring.remove(node)) throw new NotFoundError(`There is no node ${node}.`);
    return true;
  }
}

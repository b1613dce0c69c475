/**
 * The reference, with a default for the zone as there is one for the weight.
 *
 * Wrong: nodes that were given no zone stand in one together. Of two of them, which share no fate with
 * anybody, only one becomes an owner as long as other zones have nodes left.
 */
import type { Change, HashRing, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readChanges, readNode, readTraits, type Traits } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/owners-share-no-fate",
  level: 3,
  misconception: "everything that has no zone is in the same one",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ZonedRing(createReference(options));
}

class ZonedRing extends PassOnRing {
  override add(node: string, traits?: NodeTraits): boolean {
    return this.ring.add(readNode(node), zoned(readTraits(traits)));
  }

  override apply(changes: readonly Change[]): void {
    this.ring.apply(
      readChanges(changes).map(({ node, traits }) =>
        traits === undefined ? { remove: node } : { add: node, ...zoned(traits) },
      ),
    );
  }
}

function zoned({ weight, zone = "default" }: Traits): NodeTraits {
  return { weight, zone };
}

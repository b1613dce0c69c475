/**
 * The reference with views that are not as particular about keys as the ring is.
 *
 * Wrong: what the ring refuses, its views make a text of and answer. Who has passed a number or nothing at
 * all learns it only where the ring itself is asked.
 */
import type { HashRing, HashRingOptions, RingView } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/bad-arguments-are-refused",
  level: 1,
  misconception: "whoever has a view knows what to ask it",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new LaxRing(createReference(options));
}

class LaxRing extends PassOnRing {
  override view(): RingView {
    const view = this.ring.view();
    return {
      get(key) {
        const given: unknown = key;
        return view.get(String(given));
      },
    };
  }
}

/**
 * The reference with views that keep their answers.
 *
 * Wrong: they hand out the lists that they keep. Who sorts the owners that a view has answered sorts them for
 * everybody who asks the view later. The ring itself gives its answers away.
 */
import type { HashRing, HashRingOptions, Owners, RingView } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { readKey } from "./parts/arguments.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/views-stay",
  level: 3,
  misconception: "a view that never changes may hand out what it has",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new KeepingRing(createReference(options));
}

class KeepingRing extends PassOnRing {
  override view(): RingView {
    const view = this.ring.view();
    const answers = new Map<string, Owners>();
    return {
      get(key) {
        let answer = answers.get(readKey(key));
        if (answer === undefined) {
          const { nodes, isShort } = view.get(key);
          answer = { nodes: [...nodes], isShort };
          answers.set(key, answer);
        }
        return answer;
      },
    };
  }
}

/** The calls of levels that a planted bug does not claim. */
import type { HashRing, Owners, RingView } from "#katas/hash-ring/contract.ts";
import { NotImplementedError } from "#platform/errors.ts";

export abstract class UpToLevel3 implements HashRing {
  abstract add(...given: Parameters<HashRing["add"]>): boolean;
  abstract remove(node: string): boolean;
  abstract get(key: string): Owners;
  abstract apply(...given: Parameters<HashRing["apply"]>): void;
  abstract view(): RingView;

  place(): never {
    throw new NotImplementedError("place: not written yet.");
  }

  release(): never {
    throw new NotImplementedError("release: not written yet.");
  }

  carrier(): never {
    throw new NotImplementedError("carrier: not written yet.");
  }
}

export abstract class UpToLevel2 extends UpToLevel3 {
  apply(): void {
    throw new NotImplementedError("apply: not written yet.");
  }

  view(): never {
    throw new NotImplementedError("view: not written yet.");
  }
}

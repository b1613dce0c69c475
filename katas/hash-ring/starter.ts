import { NotImplementedError } from "#platform/errors.ts";
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";

/** Raise this when you begin the next level. Promises above it are not tried. */
export const level = 1;

/** The contract says what each call promises: katas/hash-ring/contract.ts. */
export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new Ring(options);
}

class Ring implements HashRing {
  constructor(options: HashRingOptions) {
    throw new NotImplementedError(`A ring with ${JSON.stringify(options)}: not written yet.`);
  }

  // ── Level 1 ─────────────────────────────────────────────────────────────────────────────────

  add(node: string, _traits?: NodeTraits): boolean {
    throw new NotImplementedError(`add ${node}: not written yet.`);
  }

  remove(node: string): boolean {
    throw new NotImplementedError(`remove ${node}: not written yet.`);
  }

  get(key: string): Owners {
    throw new NotImplementedError(`get ${key}: not written yet.`);
  }

  // ── Level 3 ─────────────────────────────────────────────────────────────────────────────────

  apply(changes: readonly Change[]): void {
    throw new NotImplementedError(`apply of ${changes.length} changes: not written yet.`);
  }

  view(): RingView {
    throw new NotImplementedError("view: not written yet.");
  }

  // ── Level 4 ─────────────────────────────────────────────────────────────────────────────────

  place(key: string, _load?: number): string | undefined {
    throw new NotImplementedError(`place ${key}: not written yet.`);
  }

  release(key: string): boolean {
    throw new NotImplementedError(`release ${key}: not written yet.`);
  }

  carrier(key: string): string | undefined {
    throw new NotImplementedError(`carrier of ${key}: not written yet.`);
  }
}

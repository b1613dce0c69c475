/** A ring that passes every call on to another, for edits that stand between a ring and its caller. */
import type { Change, HashRing, NodeTraits, Owners, RingView } from "#katas/hash-ring/contract.ts";

export class PassOnRing implements HashRing {
  protected readonly ring: HashRing;

  constructor(ring: HashRing) {
    this.ring = ring;
  }

  add(node: string, traits?: NodeTraits): boolean {
    return this.ring.add(node, traits);
  }

  remove(node: string): boolean {
    return this.ring.remove(node);
  }

  get(key: string): Owners {
    return this.ring.get(key);
  }

  apply(changes: readonly Change[]): void {
    this.ring.apply(changes);
  }

  view(): RingView {
    return this.ring.view();
  }

  place(key: string, load?: number): string | undefined {
    return this.ring.place(key, load);
  }

  release(key: string): boolean {
    return this.ring.release(key);
  }

  carrier(key: string): string | undefined {
    return this.ring.carrier(key);
  }
}

/**
 * A range that begins within another one that was read before is not noted again.
 *
 * Wrong: it may end behind that one. What lies there was read, and nobody remembers it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, isBetween, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/no-phantoms",
  level: 3,
  misconception: "whoever begins where somebody has been finds nothing new",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Thrifty(this, isSerializable);
  }
}

class Thrifty extends PlainTransaction {
  override noteRange(bounds: Bounds): void {
    const isKnown = this.rangesRead.some((known) => isBetween(bounds.start ?? "", known));
    if (!isKnown) super.noteRange(bounds);
  }
}

/**
 * Versions are collected when no transaction is open, which needs no thought about who might read what.
 *
 * Wrong: on a busy store there is no such moment. Memory grows for as long as transactions take turns.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/collection-needs-no-pause",
  level: 4,
  misconception: "every store has a moment in which nobody is there",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override collect(): void {
    if (this.open.size === 0) super.collect();
  }
}

/**
 * A transaction that is too old says so when it is called.
 *
 * Wrong: one that is never called again never expires, and what it could read is kept for it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "an abandoned transaction will notice that it has expired",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override endTheAbandoned(): void {
    // Each asks for itself.
  }
}

/**
 * A closed store begins no transactions any more.
 *
 * Wrong: those that are open go on, read, and even commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/over-means-over",
  level: 1,
  misconception: "closing concerns those who come and not those who are there",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override async shutDown(): Promise<void> {
    // Nobody can come any more, so there is nothing to do.
  }
}

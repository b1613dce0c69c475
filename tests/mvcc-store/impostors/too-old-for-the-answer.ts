/**
 * A commit looks at the age of its transaction once more before it answers.
 *
 * Wrong: its commit was called in time. By now it is visible, and its caller is told that nothing of it is left.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "a transaction may expire until it is answered",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override async commit(transaction: PlainTransaction): Promise<void> {
    await super.commit(transaction);
    if (this.isAbandoned(transaction)) throw errorOf("expired");
  }
}

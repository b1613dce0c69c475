/**
 * A transaction that is refused with a conflict is marked as over, and stays in the list of those that read.
 *
 * Wrong: nobody takes it off any more, since whoever has been refused does not roll back. Its snapshot is the oldest
 * one from then on, and nothing that came after it is ever collected.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Ending, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/memory-follows-what-lives",
  level: 4,
  misconception: "the caller of a refused transaction rolls it back",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override end(transaction: PlainTransaction, ending: Ending): void {
    super.end(transaction, ending);
    if (ending === "conflict") this.open.add(transaction);
  }
}

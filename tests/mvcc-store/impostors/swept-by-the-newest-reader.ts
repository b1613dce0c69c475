/**
 * A deleted key goes when the tombstone is older than some reader: that one sees that it is gone.
 *
 * Wrong: the readers that count are the oldest ones. Here the newest version that is not a tombstone is what an old
 * reader and everybody after it finds.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Ending, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/deleted-stays-deleted",
  level: 4,
  misconception: "one reader who knows of a delete speaks for all of them",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  #ended = 0;

  override end(transaction: PlainTransaction, ending: Ending): void {
    const isNew = transaction.ending === undefined;
    super.end(transaction, ending);
    if (isNew && ++this.#ended % 32 === 0) this.#sweep(transaction.snapshot);
  }

  #sweep(snapshot: number): void {
    for (const versions of this.versions.values()) {
      const newest = versions.at(-1);
      const isGone = newest?.value === undefined && (newest?.number ?? 0) <= snapshot;
      if (isGone && versions.length > 1) versions.pop();
    }
  }
}

/**
 * A key is read at the snapshot of its transaction; a range goes through the index, which has the newest version.
 *
 * Wrong: the two show different moments. Only who asks for a range after somebody else's commit notices.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { copyOf } from "./parts/arguments.ts";
import { type Entries, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/snapshots-stay-still",
  level: 1,
  misconception: "an index over the newest versions is good enough for ranges",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new IndexedTransaction(this, isSerializable);
  }
}

class IndexedTransaction extends PlainTransaction {
  override range(start?: string, end?: string): Entries {
    const known = new Map(super.range(start, end));
    const entries: Entries = [];
    for (const key of this.keysBetween({ start, end })) {
      const value = this.writes.has(key)
        ? known.get(key)
        : copyOf(this.store.valueAt(key, this.store.visibleNumber));
      if (value !== undefined) entries.push([key, value]);
    }
    return entries;
  }
}

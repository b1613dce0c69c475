/**
 * An update is lost when somebody reads a value, and writes another one from it after the value has changed. So what is
 * written is compared if it was read before.
 *
 * Wrong: two that write without looking both commit. The one who is answered last has overwritten a commit that it
 * has never seen.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/no-lost-updates",
  level: 2,
  misconception: "whoever has not read a value cannot lose a change to it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new WatchingTransaction(this, isSerializable);
  }

  override hasWriteConflict({ writes, snapshot, keysRead, rangesRead }: PlainTransaction): boolean {
    return [...writes.keys()].some(
      (key) => (keysRead.has(key) || rangesRead.length > 0) && this.newestNumberOf(key) > snapshot,
    );
  }
}

class WatchingTransaction extends PlainTransaction {
  override noteKey(key: string): void {
    this.keysRead.add(key);
  }
}

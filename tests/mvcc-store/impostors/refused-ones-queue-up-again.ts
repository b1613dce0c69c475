/**
 * A commit takes its transaction from the list of the open ones, and puts it back if there is no room.
 *
 * Wrong: behind those that have begun later. The list tells whose snapshot is the oldest, and now it is another's: what
 * only the one that was handed back can read is collected.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/overload-is-refused",
  level: 5,
  misconception: "whoever is open again is open as before",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override admit(transaction: PlainTransaction): void {
    this.open.delete(transaction);
    try {
      super.admit(transaction);
    } finally {
      this.open.add(transaction);
    }
  }
}

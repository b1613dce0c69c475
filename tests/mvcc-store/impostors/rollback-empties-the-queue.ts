/**
 * A rollback takes a commit back that still waits behind another one.
 *
 * Wrong: a commit that was called is carried out, and the finally of its caller must not undo it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";
import { errorOf, PlainTransaction } from "./parts/plain-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/no-commit-is-forgotten",
  level: 5,
  misconception: "what is not written yet can be rolled back",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Recallable(this, isSerializable);
  }
}

class Recallable extends PlainTransaction {
  override rollback(): void {
    const { store } = this;
    if (store instanceof LogStore) {
      const index = store.queue.findIndex(({ writes }) => writes === this.writes);
      if (index !== -1) {
        const [recalled] = store.queue.splice(index, 1);
        store.waitingCount -= 1;
        recalled?.reject(errorOf("closed"));
      }
    }
    super.rollback();
  }
}

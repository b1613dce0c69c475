/**
 * A transaction is over when its commit is answered; until then its reads and rollbacks do what they always do.
 *
 * Wrong: it is over from the call on. A get between the call and the answer is answered.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { checkKey } from "./parts/arguments.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/over-means-over",
  level: 1,
  misconception: "a commit has happened when it is answered and not before",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new LingeringTransaction(this, isSerializable);
  }
}

class LingeringTransaction extends PlainTransaction {
  #isAnswered = true;

  override get(key: string): unknown {
    if (this.#isAnswered) return super.get(key);
    checkKey(key);
    return this.store.copyOut(this.valueOf(key));
  }

  override async commit(): Promise<void> {
    this.#isAnswered = false;
    try {
      await super.commit();
    } finally {
      this.#isAnswered = true;
    }
  }
}

/**
 * A transaction has something to commit from the first call of put or delete on.
 *
 * Wrong: a put that was refused has written nothing. With nothing else written the commit has nothing to make safe, and
 * waits for the syncs of others.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";
import { PlainTransaction } from "./parts/plain-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/no-commit-is-forgotten",
  level: 5,
  misconception: "whoever calls put has written",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Busy(this, isSerializable);
  }
}

class Busy extends PlainTransaction {
  hasCalledPut = false;

  override put(key: string, value: unknown): void {
    this.hasCalledPut = true;
    super.put(key, value);
  }

  override async commit(): Promise<void> {
    await super.commit();
    if (this.hasCalledPut && this.writes.size === 0 && this.store instanceof LogStore)
      await this.store.writing;
  }
}

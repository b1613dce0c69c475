/**
 * A batch says in one byte how many commits it has.
 *
 * Wrong: 256 of them are none. All of them are answered, and the next open finds an empty batch.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-share-a-sync",
  level: 5,
  misconception: "a batch has fewer commits than a byte has values",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async writeBatch(log: Log, batch: readonly WaitingCommit[]): Promise<void> {
    const count = new Uint8Array([batch.length])[0];
    await super.writeBatch(log, batch.slice(0, count));
  }
}

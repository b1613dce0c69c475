/**
 * Each write is a line of the log with a checksum of its own, and a commit is answered when all its lines are synced.
 *
 * Wrong: a crash before that finds some of them. Each line is whole; the transaction is not.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "a log of whole records is a log of whole transactions",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    for (const { writes } of batch) {
      for (const write of writes) await file.append(lineOf([write]));
    }
    await file.sync();
  }
}

/**
 * An append that fails is tried once more: somebody may have made room.
 *
 * Wrong: the first one has left the beginning of a line, and the second continues it. What is answered stands in a
 * line that is damaged.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/failed-commits-are-not-acknowledged",
  level: 5,
  misconception: "an append that has failed has written nothing",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    const line = lineOf(batch.flatMap(({ writes }) => [...writes]));
    await file.append(line).catch(() => file.append(line));
    await file.sync();
  }
}

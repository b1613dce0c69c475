/**
 * A sync that fails is tried once more, for most errors pass.
 *
 * Wrong: the second one succeeds without having anything left to write. What the first should have covered may be gone,
 * and is answered.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/failed-commits-are-not-acknowledged",
  level: 5,
  misconception: "a sync that succeeds covers what an earlier one has failed to",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    await file.append(lineOf(batch.flatMap(({ writes }) => [...writes])));
    await file.sync().catch(() => file.sync());
  }
}

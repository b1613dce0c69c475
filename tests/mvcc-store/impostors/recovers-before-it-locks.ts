/**
 * Recovers the log where it stands, and takes the lock when there is something to write.
 *
 * Wrong: recovery cuts the torn end off. One that is slow cuts it where it was when it looked, and by then another
 * store has cut it, taken the lock and committed.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/one-owner-at-a-time",
  level: 5,
  misconception: "looking at what is there needs no lock",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  const store = new LogStore(options);
  const { disk, directory } = store.options;
  if (disk === undefined || directory === undefined) return store;
  const file = await store.recover(disk, directory);
  try {
    store.log = { file, lock: await store.takeLock(disk, directory) };
    return store;
  } catch (error) {
    await file.close();
    throw error;
  }
}

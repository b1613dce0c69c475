/**
 * When the disk fails a batch, the commits in it are rejected, and so is every commit that is called later.
 *
 * Wrong: those that wait already are written behind the damage. They are answered, and the next open refuses the log
 * or cuts it off before them.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/failed-commits-are-not-acknowledged",
  level: 5,
  misconception: "a failure concerns those who were told of it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override fail(batch: readonly WaitingCommit[], cause: unknown): void {
    const behind = this.queue;
    this.queue = [];
    super.fail(batch, cause);
    this.queue = behind;
  }
}

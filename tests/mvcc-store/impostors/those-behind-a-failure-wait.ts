/**
 * When the disk fails a batch, the commits in it are rejected, and nothing is written any more.
 *
 * Wrong: others wait behind them. Nobody will ever write those, and nobody tells them.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/no-commit-is-forgotten",
  level: 5,
  misconception: "whoever was not in the batch has not failed with it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override fail(batch: readonly WaitingCommit[], cause: unknown): void {
    const behind = this.queue.splice(0);
    this.waitingCount -= behind.length;
    super.fail(batch, cause);
  }
}

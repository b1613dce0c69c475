/**
 * A commit waits when it is in the queue, and at most so many may.
 *
 * Wrong: those whose batch is on its way to the disk wait for their answer as well. Twice as many are accepted.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { OverloadedError } from "#platform/errors.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/overload-is-refused",
  level: 5,
  misconception: "whoever has left the queue is being served",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override admit(transaction: PlainTransaction): void {
    if (this.queue.length >= this.commitsWaitingMax) {
      throw new OverloadedError("The queue is full.");
    }
    this.waitingCount = Math.min(this.waitingCount, this.commitsWaitingMax - 1);
    super.admit(transaction);
  }
}

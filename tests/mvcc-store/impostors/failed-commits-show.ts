/**
 * A commit whose sync has failed is rejected, and since it may show after all, it does.
 *
 * Wrong: at the next open, and not in this life. Whoever sees it now may find it gone then.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/failed-commits-are-not-acknowledged",
  level: 5,
  misconception: "what may show later may show at once",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override fail(batch: readonly WaitingCommit[], cause: unknown): void {
    super.fail(batch, cause);
    this.publish(this.lastNumber);
  }
}

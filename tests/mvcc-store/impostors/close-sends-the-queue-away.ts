/**
 * Close lets the batch that is being written come to its end, and refuses the commits that wait behind it.
 *
 * Wrong: they were called before close, so they are carried out as if nobody had closed.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";
import { errorOf } from "./parts/plain-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/no-commit-is-forgotten",
  level: 5,
  misconception: "what has not begun when a store closes need not begin",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async shutDown(): Promise<void> {
    const sentAway = this.queue.splice(0);
    this.waitingCount -= sentAway.length;
    for (const { reject } of sentAway) reject(errorOf("closed"));
    await super.shutDown();
  }
}

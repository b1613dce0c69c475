/**
 * A transaction whose commit is refused because too many wait is taken off the list of those that read.
 *
 * Wrong: it is open still, and will be committed later. What it has read, and what it may still read, is collected
 * like that of one that is over; and with it the knowledge who has written it since.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/overload-is-refused",
  level: 5,
  misconception: "whoever has called commit reads no more",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override admit(transaction: PlainTransaction): void {
    if (this.waitingCount >= this.commitsWaitingMax) this.open.delete(transaction);
    super.admit(transaction);
  }
}

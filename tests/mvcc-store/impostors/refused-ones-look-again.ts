/**
 * A transaction whose commit is refused because too many wait gets a new snapshot, so that its next try does not
 * fail for what has happened meanwhile.
 *
 * Wrong: the refusal has an effect. It reads two moments in one transaction, and what it has read of the older one is
 * compared with nothing.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/overload-is-refused",
  level: 5,
  misconception: "whoever has to come back may as well see what is new",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override admit(transaction: PlainTransaction): void {
    if (this.waitingCount >= this.commitsWaitingMax) transaction.snapshot = this.visibleNumber;
    super.admit(transaction);
  }
}

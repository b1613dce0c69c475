/**
 * A commit that is refused is over, whatever the reason.
 *
 * Wrong: OVERLOADED has no effect. The transaction that could be committed later is gone.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/overload-is-refused",
  level: 5,
  misconception: "a commit that was refused has ended its transaction",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override admit(transaction: PlainTransaction): void {
    try {
      super.admit(transaction);
    } catch (error) {
      this.end(transaction, "closed");
      throw error;
    }
  }
}

/**
 * At each begin and each commit the oldest transaction is ended, if it has become too old.
 *
 * Wrong: the others of its age stay. Until as many have come and gone, they hold all that they could still read.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "whoever comes will clear one of them away",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override endTheAbandoned(): void {
    for (const oldest of this.open) {
      if (this.isAbandoned(oldest)) this.end(oldest, "expired");
      return;
    }
  }
}

/**
 * A commit is installed at once and becomes visible in the next turn of the event loop, for many commits together.
 *
 * Wrong: it is answered before that. Whoever begins right after the answer does not see what was answered.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/commits-are-seen-whole",
  level: 1,
  misconception: "nobody begins again within the same turn of the event loop",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override async persist(number: number): Promise<void> {
    setImmediate(() => {
      this.publish(number);
    });
  }
}

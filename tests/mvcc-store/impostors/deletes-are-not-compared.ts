/**
 * What a serializable transaction has read is compared with what others have put since.
 *
 * Wrong: a delete changes what was read as well. Two of whom each deletes what the other relies on both commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type Writes } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-write-skew",
  level: 3,
  misconception: "a conflict is about new values and a delete has none",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override install(writes: Writes): number {
    const number = super.install(writes);
    const put = [...writes].filter(([, value]) => value !== undefined).map(([key]) => key);
    this.recent.set(number, put);
    return number;
  }
}

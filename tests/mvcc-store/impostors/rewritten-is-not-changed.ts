/**
 * What a serializable transaction has read is compared with the writes of others, of those that changed a value.
 *
 * Wrong: to put what was there before is a write as well. Two that each read what the other confirms both commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { isDeepStrictEqual } from "node:util";
import { PlainStore, type Writes } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-write-skew",
  level: 3,
  misconception: "a read stays true as long as the value stays the same",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override install(writes: Writes): number {
    const changed = [...writes]
      .filter(
        ([key, value]) =>
          value === undefined || !isDeepStrictEqual(this.valueAt(key, this.lastNumber), value),
      )
      .map(([key]) => key);
    const number = super.install(writes);
    this.recent.set(number, changed);
    return number;
  }
}

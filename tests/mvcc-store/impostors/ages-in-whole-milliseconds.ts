/**
 * An age is counted in whole milliseconds.
 *
 * Wrong: half of one more than the age is more than the age.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "a clock ticks in whole numbers",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override isAbandoned({ begunAtMs }: PlainTransaction): boolean {
    const age = Math.floor(this.now() - begunAtMs);
    return age > (this.options.transactionAgeMsMax ?? Infinity);
  }
}

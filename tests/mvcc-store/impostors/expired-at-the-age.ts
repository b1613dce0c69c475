/**
 * A transaction expires when it has reached the age.
 *
 * Wrong: when it has exceeded it. The last millisecond was promised.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "whoever may become a thousand ends at a thousand",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override isAbandoned({ begunAtMs }: PlainTransaction): boolean {
    return this.now() - begunAtMs >= (this.options.transactionAgeMsMax ?? Infinity);
  }
}

/**
 * How old a transaction is, is computed as a whole number of milliseconds.
 *
 * Wrong: with an operator that keeps 32 bits. After 25 days whoever was abandoned is young again.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "milliseconds fit into an integer",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override isAbandoned({ begunAtMs }: PlainTransaction): boolean {
    return ((this.now() - begunAtMs) | 0) > (this.options.transactionAgeMsMax ?? Infinity);
  }
}

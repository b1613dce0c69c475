/**
 * Notes the bounds of a range in ascending order, whichever way they were given.
 *
 * Wrong: between an end and the start behind it nothing is read. Whoever writes there is in nobody's way.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/isolation-costs-only-the-guilty",
  level: 3,
  misconception: "two bounds have something between them",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new OrderingTransaction(this, isSerializable);
  }
}

class OrderingTransaction extends PlainTransaction {
  override noteRange({ start, end }: Bounds): void {
    const isTurned = start !== undefined && end !== undefined && end < start;
    super.noteRange(isTurned ? { start: end, end: start } : { start, end });
  }
}

/**
 * A range goes from its start to its end.
 *
 * Wrong: both included. As long as no key is called like the end, nobody notices.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/ranges-are-complete",
  level: 1,
  misconception: "from one key to another means both of them",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new GenerousTransaction(this, isSerializable);
  }
}

class GenerousTransaction extends PlainTransaction {
  override keysBetween({ start, end }: Bounds): string[] {
    const keys = super.keysBetween({ start, end: undefined });
    return end === undefined || (start !== undefined && end <= start)
      ? super.keysBetween({ start, end })
      : keys.filter((key) => key <= end);
  }
}

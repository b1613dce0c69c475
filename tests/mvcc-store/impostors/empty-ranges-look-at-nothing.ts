/**
 * A range whose end is not behind its start is answered at once.
 *
 * Wrong: before anybody has looked whether the two are keys at all. What is no key is refused, whatever stands beside it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Entries, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/bad-arguments-are-refused",
  level: 1,
  misconception: "what is answered with nothing need not be checked",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Quick(this, isSerializable);
  }
}

class Quick extends PlainTransaction {
  override range(start?: string, end?: string): Entries {
    this.store.refuseIfOver(this);
    if (typeof start === "string" && typeof end === "string" && end <= start) return [];
    return super.range(start, end);
  }
}

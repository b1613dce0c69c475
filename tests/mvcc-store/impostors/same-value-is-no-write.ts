/**
 * A put of what is there already changes nothing, and is left out of the commit.
 *
 * Wrong: it is a write like any other. Two transactions that both confirm a value, and of which one then changes it,
 * must not both commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { isDeepStrictEqual } from "node:util";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/no-lost-updates",
  level: 2,
  misconception: "to write what is there already is to write nothing",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new SparingTransaction(this, isSerializable);
  }
}

class SparingTransaction extends PlainTransaction {
  override write(key: string, value: unknown): void {
    const isSame = isDeepStrictEqual(this.store.valueAt(key, this.snapshot), value);
    if (isSame) this.writes.delete(key);
    else this.writes.set(key, value);
  }
}

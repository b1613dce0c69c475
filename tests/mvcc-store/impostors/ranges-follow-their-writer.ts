/**
 * The entries that a range has answered are kept up to date while their transaction goes on writing.
 *
 * Wrong: the array belongs to whoever has asked. What it held when it was answered changes behind their back.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Entries, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/ranges-are-complete",
  level: 1,
  misconception: "an answer is a view of what is there",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Following(this, isSerializable);
  }
}

class Following extends PlainTransaction {
  readonly answered: Entries[] = [];

  override range(start?: string, end?: string): Entries {
    const entries = super.range(start, end);
    this.answered.push(entries);
    return entries;
  }

  override write(key: string, value: unknown): void {
    super.write(key, value);
    if (value === undefined) return;
    for (const entry of this.answered.flat()) if (entry[0] === key) entry[1] = value;
  }
}

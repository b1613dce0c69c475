/**
 * New keys are entered into the one index of all keys when they are put, with their value, so that a range of their own
 * transaction finds them.
 *
 * Wrong: so does everybody else's. A get looks at versions and knows nothing of it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { copyOf } from "./parts/arguments.ts";
import {
  type Ending,
  type Entries,
  isBetween,
  PlainStore,
  PlainTransaction,
} from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/uncommitted-is-unseen",
  level: 1,
  misconception: "an index is no data and may be ahead of it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly tentative = new Map<string, unknown>();

  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new IndexingTransaction(this, this.tentative, isSerializable);
  }

  override end(transaction: PlainTransaction, ending: Ending): void {
    if (transaction.ending === undefined) {
      for (const key of transaction.writes.keys()) this.tentative.delete(key);
    }
    super.end(transaction, ending);
  }
}

class IndexingTransaction extends PlainTransaction {
  readonly #tentative: Map<string, unknown>;

  constructor(store: PlainStore, tentative: Map<string, unknown>, isSerializable: boolean) {
    super(store, isSerializable);
    this.#tentative = tentative;
  }

  override write(key: string, value: unknown): void {
    super.write(key, value);
    if (!this.store.versions.has(key) && value !== undefined) this.#tentative.set(key, value);
  }

  override range(start?: string, end?: string): Entries {
    const entries = new Map(super.range(start, end));
    for (const [key, value] of this.#tentative) {
      const isOwn = this.writes.has(key);
      if (!isOwn && !entries.has(key) && isBetween(key, { start, end })) {
        entries.set(key, copyOf(value));
      }
    }
    return [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
  }
}

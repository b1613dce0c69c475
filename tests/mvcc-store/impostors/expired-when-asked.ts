/**
 * Whoever writes a key first holds it until it ends; others are refused at once. A transaction that is too old says so,
 * and gives its keys back, when it is called.
 *
 * Wrong: one that is never called again never expires. Its keys can be written by nobody, and what it could read is
 * kept for it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Ending, errorOf, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "an abandoned transaction will notice that it has expired",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly holders = new Map<string, PlainTransaction>();

  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new HoldingTransaction(this, this.holders, isSerializable);
  }

  override end(transaction: PlainTransaction, ending: Ending): void {
    for (const [key, holder] of this.holders) {
      if (holder === transaction) this.holders.delete(key);
    }
    super.end(transaction, ending);
  }

  override endTheAbandoned(): void {
    // Each asks for itself.
  }
}

class HoldingTransaction extends PlainTransaction {
  readonly #holders: Map<string, PlainTransaction>;

  constructor(store: PlainStore, holders: Map<string, PlainTransaction>, isSerializable: boolean) {
    super(store, isSerializable);
    this.#holders = holders;
  }

  override write(key: string, value: unknown): void {
    const holder = this.#holders.get(key);
    if (holder !== undefined && holder !== this) {
      this.store.end(this, "conflict");
      throw errorOf("conflict");
    }
    this.#holders.set(key, this);
    super.write(key, value);
  }
}

/**
 * Whoever writes a key first locks it; everybody else is refused at once. A commit gives its locks back.
 *
 * Wrong: a rollback gives back nothing, having nothing to install. The keys of whoever has given up can never be
 * written again.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/the-innocent-commit",
  level: 2,
  misconception: "what is taken at a write is given back at the commit",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly locks = new Map<string, PlainTransaction>();

  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new LockingTransaction(this, this.locks, isSerializable);
  }
}

class LockingTransaction extends PlainTransaction {
  readonly #locks: Map<string, PlainTransaction>;

  constructor(store: PlainStore, locks: Map<string, PlainTransaction>, isSerializable: boolean) {
    super(store, isSerializable);
    this.#locks = locks;
  }

  override write(key: string, value: unknown): void {
    const owner = this.#locks.get(key);
    if (owner !== undefined && owner !== this) {
      this.store.end(this, "conflict");
      throw errorOf("conflict");
    }
    this.#locks.set(key, this);
    super.write(key, value);
  }

  override async commit(): Promise<void> {
    try {
      await super.commit();
    } finally {
      for (const key of this.writes.keys()) this.#locks.delete(key);
    }
  }
}

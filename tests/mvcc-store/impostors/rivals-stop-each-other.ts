/**
 * Two that have written the same key are rivals, and a rival may not commit.
 *
 * Wrong: neither of them. The second write marks both, and of two who want the same thing nobody gets it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/the-innocent-commit",
  level: 2,
  misconception: "two transactions in each other's way are both at fault",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly #doomed = new WeakSet<PlainTransaction>();

  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new RivalTransaction(this, isSerializable);
  }

  /** Everybody who is open and has written this key, when there are two of them. */
  mark(key: string): void {
    const rivals = [...this.open].filter(({ writes }) => writes.has(key));
    if (rivals.length > 1) for (const rival of rivals) this.#doomed.add(rival);
  }

  override hasWriteConflict(transaction: PlainTransaction): boolean {
    return this.#doomed.has(transaction) || super.hasWriteConflict(transaction);
  }
}

class RivalTransaction extends PlainTransaction {
  override write(key: string, value: unknown): void {
    super.write(key, value);
    if (this.store instanceof Store) this.store.mark(key);
  }
}

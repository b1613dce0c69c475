/**
 * A transaction is compared with what was safe at its begin, and reads what was decided by then.
 *
 * Wrong: what it reads may still wait for the disk. It acts on something that a crash takes back.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainTransaction } from "./parts/plain-store.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/seen-is-safe",
  level: 5,
  misconception: "what is as good as committed may be read",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new EagerTransaction(this, isSerializable);
  }

  override horizon(): number {
    return Math.min(super.horizon(), this.visibleNumber);
  }

  /** What is in the table and not known to be lost. */
  get decidedNumber(): number {
    return this.failure === undefined ? this.lastNumber : this.visibleNumber;
  }
}

class EagerTransaction extends PlainTransaction {
  readonly #seen: number;

  constructor(store: Store, isSerializable: boolean) {
    super(store, isSerializable);
    this.#seen = store.decidedNumber;
  }

  override valueOf(key: string): unknown {
    return this.writes.has(key) ? this.writes.get(key) : this.store.valueAt(key, this.#seen);
  }
}

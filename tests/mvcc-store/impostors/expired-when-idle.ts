/**
 * A transaction expires when it has not been used for so long.
 *
 * Wrong: its age counts from its begin. One that looks at something now and then lives for ever.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-abandoned-expire",
  level: 4,
  misconception: "whoever is still busy is not abandoned",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new BusyTransaction(this, isSerializable);
  }
}

class BusyTransaction extends PlainTransaction {
  override begunAtMs = this.store.now();

  override get(key: string): unknown {
    const value = super.get(key);
    this.begunAtMs = this.store.now();
    return value;
  }

  override write(key: string, value: unknown): void {
    super.write(key, value);
    this.begunAtMs = this.store.now();
  }
}

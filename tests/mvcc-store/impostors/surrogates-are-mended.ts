/**
 * Keys are text. What is no text is made one, as TextEncoder does it.
 *
 * Wrong: a lone surrogate should be refused. Here all of them are one and the same key.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/bad-arguments-are-refused",
  level: 1,
  misconception: "a string that is no text can be made one",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new MendingTransaction(this, isSerializable);
  }
}

class MendingTransaction extends PlainTransaction {
  override get(key: string): unknown {
    return super.get(mended(key));
  }

  override put(key: string, value: unknown): void {
    super.put(mended(key), value);
  }

  override delete(key: string): void {
    super.delete(mended(key));
  }
}

function mended(key: unknown): string {
  return typeof key === "string" ? Buffer.from(key).toString() : (key as string);
}

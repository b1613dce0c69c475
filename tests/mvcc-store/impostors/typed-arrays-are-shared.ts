/**
 * Bytes are expensive to copy, and who stores them treats them as one unit.
 *
 * Wrong: a typed array that was handed out is the one in the store. Everything else is copied.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/values-stay-yours",
  level: 1,
  misconception: "nobody writes into an array of bytes that was read",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override copyOut(value: unknown): unknown {
    return ArrayBuffer.isView(value) ? value : super.copyOut(value);
  }
}

/**
 * A map is handed out as a new map with the same entries.
 *
 * Wrong: the entries of the copy are those of the store. An object in it that is changed has changed for everybody.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/values-stay-yours",
  level: 1,
  misconception: "whoever has a map of their own has what is in it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override copyOut(value: unknown): unknown {
    return value instanceof Map ? new Map(value) : super.copyOut(value);
  }
}

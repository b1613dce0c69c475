/**
 * Of two that put the same key one is refused.
 *
 * Wrong: of one that puts it and one that deletes it, neither: "a delete loses nothing". The put that was answered
 * is gone.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/no-lost-updates",
  level: 2,
  misconception: "where nothing is put nothing can be lost",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    return [...writes].some(
      ([key, value]) => value !== undefined && this.newestNumberOf(key) > snapshot,
    );
  }
}

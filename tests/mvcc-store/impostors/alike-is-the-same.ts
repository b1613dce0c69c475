/**
 * Conflicts are looked for under the normal form of a key, so that one text is one key however it was typed.
 *
 * Wrong: keys are code units. "é" and "e" with an accent behind it are two keys, and their writers are in nobody's way.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-innocent-commit",
  level: 2,
  misconception: "what looks the same is the same key",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    const written = new Set([...writes.keys()].map((key) => key.normalize()));
    return [...this.versions.keys()].some(
      (key) => written.has(key.normalize()) && this.newestNumberOf(key) > snapshot,
    );
  }
}

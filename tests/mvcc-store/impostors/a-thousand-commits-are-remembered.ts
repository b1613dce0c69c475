/**
 * What the last thousand commits have written is remembered, and a transaction is compared with that.
 *
 * Wrong: a transaction may be open for longer than that. What it overwrites then, it has never seen.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/no-lost-updates",
  level: 2,
  misconception: "what is a thousand commits ago concerns nobody any more",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const commitsMax = 1000;

class Store extends PlainStore {
  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    const forgotten = this.lastNumber - commitsMax;
    return [...writes.keys()].some(
      (key) => this.newestNumberOf(key) > Math.max(snapshot, forgotten),
    );
  }
}

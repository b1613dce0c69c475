/**
 * Collects up to the newest commit when nobody reads, the one that waits for the disk included.
 *
 * Wrong: it is not safe yet, so whoever begins now reads the state before it, and of that the replaced versions
 * have just gone.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/seen-is-safe",
  level: 5,
  misconception: "while nobody reads only the newest version is needed",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override horizon(): number {
    return this.open.size === 0 ? this.lastNumber : super.horizon();
  }
}

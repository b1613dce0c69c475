/**
 * The versions of all keys are in one table beside the class.
 *
 * Wrong: there is one of it for the module, and a second store starts with what was put into the first.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type Version } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/stores-are-apart",
  level: 1,
  misconception: "a process opens one store and keeps it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const versions = new Map<string, Version[]>();

class Store extends PlainStore {
  override readonly versions = versions;
}

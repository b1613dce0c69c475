/**
 * The names of all keys are kept in a list for ranges. A key that is deleted may be put again, and a name costs little.
 *
 * Wrong: fifty thousand names of keys that are gone cost more than all that is there.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type Version } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/memory-follows-what-lives",
  level: 4,
  misconception: "a name without a value costs nothing",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly #names = new Set<string>();

  override addVersion(key: string, version: Version): void {
    this.#names.add(key);
    super.addVersion(key, version);
  }
}

/**
 * Who wrote what lately is kept in sixteen places, each for all keys that hash to it. That needs no memory for keys.
 *
 * Wrong: keys that share a place are in each other's way. Transactions that touch nothing of another's are refused, and
 * a second try may well succeed.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction, type Writes } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/the-innocent-commit",
  level: 2,
  misconception: "a conflict too many costs nothing but a second try",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const placeCount = 16;

class Store extends PlainStore {
  readonly #writtenAt = new Array<number>(placeCount).fill(0);

  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    return [...writes.keys()].some((key) => (this.#writtenAt[placeOf(key)] ?? 0) > snapshot);
  }

  override install(writes: Writes): number {
    const number = super.install(writes);
    for (const key of writes.keys()) this.#writtenAt[placeOf(key)] = number;
    return number;
  }
}

function placeOf(key: string): number {
  let hash = 7;
  for (const character of key) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % placeCount;
}

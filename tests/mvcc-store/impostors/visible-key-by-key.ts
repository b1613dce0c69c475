/**
 * A commit takes its number, and then installs one key after the other, with a breath between them for everybody else.
 *
 * Wrong: whoever begins meanwhile has a snapshot that contains the number, and of the keys only those that are there.
 * What is not there yet will come into a snapshot that should not change.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction, type Writes } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/crowds-see-snapshots",
  level: 2,
  misconception: "a number taken at the start makes one moment of many steps",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    return [...this.recent].some(
      ([number, keys]) => number > snapshot && keys.some((key) => writes.has(key)),
    );
  }

  override install(writes: Writes): number {
    const number = ++this.lastNumber;
    this.recent.set(number, [...writes.keys()]);
    return number;
  }

  override async persist(number: number, writes: Writes): Promise<void> {
    this.publish(number);
    for (const [key, value] of writes) {
      this.addVersion(key, { number, value });
      await Promise.resolve();
    }
  }
}

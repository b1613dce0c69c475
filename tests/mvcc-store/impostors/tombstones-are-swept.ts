/**
 * Deleted keys are swept away after every two dozen commits, since a tombstone holds nothing.
 *
 * Wrong: it holds down what lies below it. While an older reader needs that, it is there, and with the tombstone gone
 * everybody finds it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/deleted-stays-deleted",
  level: 4,
  misconception: "a tombstone is garbage from the start",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const commitsBetween = 24;

class Store extends PlainStore {
  override publish(number: number): void {
    super.publish(number);
    if (number % commitsBetween !== 0) return;
    for (const [key, versions] of this.versions) {
      if (versions.at(-1)?.value === undefined) versions.pop();
      if (versions.length === 0) this.versions.delete(key);
    }
  }
}

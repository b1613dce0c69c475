/**
 * After each hundredth commit, what is older than the oldest snapshot goes.
 *
 * Wrong: all of it. Of each key the newest version below the horizon is what the oldest reader sees, and so is it for
 * keys that nobody has written since.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/old-snapshots-stay-whole",
  level: 4,
  misconception: "a version older than the oldest snapshot is read by nobody",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const commitsBetween = 24;

class Store extends PlainStore {
  override publish(number: number): void {
    super.publish(number);
    if (number % commitsBetween !== 0) return;
    const horizon = this.horizon();
    for (const versions of this.versions.values()) {
      const newer = versions.findIndex((version) => version.number >= horizon);
      if (newer > 0) versions.splice(0, newer);
    }
  }
}

/**
 * Nobody reads the distant past: of each key the newest sixteen versions are kept.
 *
 * Wrong: a reader that is open may be older than that. What it reads then depends on how busy others were.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type Version } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/old-snapshots-stay-whole",
  level: 4,
  misconception: "a reader is never more than a few versions behind",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const versionsMax = 16;

class Store extends PlainStore {
  override addVersion(key: string, version: Version): void {
    super.addVersion(key, version);
    const versions = this.versions.get(key);
    if (versions !== undefined && versions.length > versionsMax) versions.shift();
  }
}

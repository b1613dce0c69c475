/**
 * Opening writes the log anew with what lives, so that it does not grow for ever.
 *
 * Wrong: in the same file. It is cut to nothing, and then everything is appended and synced. A crash between the two
 * leaves what is there between the two.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { lineOf, LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "what is in memory may be cut from the disk for a moment",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async makeSafe(disk: Disk, directory: string, file: DiskFile): Promise<void> {
    // Synced first: what follows is about nothing but the rewriting.
    await super.makeSafe(disk, directory, file);
    if (this.versions.size === 0) return;
    const live = [...this.versions].map(
      ([key, versions]) => [key, versions.at(-1)?.value] as const,
    );
    await file.truncate(0);
    await file.append(lineOf(live));
    await file.sync();
  }
}

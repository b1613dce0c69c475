/**
 * The reference with a recovery that gives its manifest the final name at once, and then syncs everything in one go.
 *
 * Wrong: the recovery itself can be cut off. Then the name is there and the bytes are not, and the next open refuses
 * what it takes for damage. Nobody uses the tree while it recovers, so it looked as if the order were free.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/opens-after-any-crash",
  level: 3,
  misconception: "until a tree is open the order of its steps is free",
} as const;

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const disk = new NamesFirstDisk(options.disk);
  const tree = await openReference({ ...options, disk });
  disk.isOpening = false;
  return tree;
}

class NamesFirstDisk extends PassOnDisk {
  isOpening = true;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    const file = await this.disk.open(path, options);
    return this.isOpening && path.endsWith(".unfinished") ? new SyncedLater(file) : file;
  }

  override async rename(from: string, to: string): Promise<void> {
    await this.disk.rename(from, to);
    if (!this.isOpening) return;
    const file = await this.disk.open(to);
    await file.sync();
    await file.close();
  }
}

class SyncedLater extends PassOnFile {
  override async sync(): Promise<void> {
    // When it has its name.
  }
}

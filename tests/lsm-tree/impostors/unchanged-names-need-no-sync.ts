/**
 * The reference with a recovery that syncs the directory if it has given or changed a name itself.
 *
 * Wrong: after a kill it may have read a manifest whose name no sync has covered. It removes what that manifest replaces,
 * and when the power goes the removals may be there and the manifest not.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskFile } from "#platform/disk.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-survives-crashes",
  level: 5,
  misconception: "who has changed no name has none to sync",
} as const;

class SyncsChangesOnly extends PassOnDisk {
  isOpening = true;
  #hasChanged = false;

  override open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    this.#hasChanged ||= options?.create === true;
    return this.disk.open(path, options);
  }

  override async syncDirectory(directory: string): Promise<void> {
    if (!this.isOpening || this.#hasChanged) await this.disk.syncDirectory(directory);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const disk = new SyncsChangesOnly(options.disk);
  const tree = await openReference({ ...options, disk });
  disk.isOpening = false;
  return tree;
}

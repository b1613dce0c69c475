/**
 * The reference with a recovery that removes logs and manifests, and leaves tables alone.
 *
 * Wrong: a table that no manifest lists is never read and never removed. Each flush that is cut off leaves one more.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/orphans-are-removed",
  level: 3,
  misconception: "a file that nothing lists is as good as gone",
} as const;

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const disk = new KeepsTables(options.disk);
  const tree = await openReference({ ...options, disk });
  disk.isOpening = false;
  return tree;
}

class KeepsTables extends PassOnDisk {
  isOpening = true;

  override async remove(path: string): Promise<void> {
    if (!(this.isOpening && path.endsWith(".table"))) await this.disk.remove(path);
  }
}

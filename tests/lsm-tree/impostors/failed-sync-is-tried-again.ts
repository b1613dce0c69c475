/**
 * The reference on a disk that gives a failed sync a second chance.
 *
 * Wrong: the second one succeeds and covers nothing of what the first one has lost.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/disk-errors-lose-nothing",
  level: 5,
  misconception: "a sync that succeeds has covered everything before it",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return openReference({ ...options, disk: new SecondChanceDisk(options.disk) });
}

class SecondChanceDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new SecondChanceFile(await this.disk.open(path, options));
  }
}

class SecondChanceFile extends PassOnFile {
  override async sync(): Promise<void> {
    try {
      await this.file.sync();
    } catch {
      await this.file.sync();
    }
  }
}

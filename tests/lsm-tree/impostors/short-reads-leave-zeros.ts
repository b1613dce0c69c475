/**
 * The reference with a read that answers exactly as many bytes as were asked for.
 *
 * Wrong: what the disk has not given yet is filled with zeros. On most days a disk gives all.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 4;
export const impostor = {
  promise: "lsm-tree/short-reads-are-finished",
  level: 4,
  misconception: "a read answers all the bytes unless the file ends",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return openReference({ ...options, disk: new FillingDisk(options.disk) });
}

class FillingDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new FillingFile(await this.disk.open(path, options));
  }
}

class FillingFile extends PassOnFile {
  override async read(position: number, length: number): Promise<Uint8Array> {
    const filled = new Uint8Array(length);
    filled.set(await this.file.read(position, length));
    return filled;
  }
}

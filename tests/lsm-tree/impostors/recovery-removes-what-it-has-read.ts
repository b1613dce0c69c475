/**
 * The reference on a disk that tidies up at once: while the tree opens, a log is removed as soon as it has been read.
 *
 * Wrong: what the log said is in memory, and in no table yet. A crash before recovery is over takes it.
 */
import type { Disk, DiskFile } from "#platform/disk.ts";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/acked-writes-survive",
  level: 3,
  misconception: "a log that has been replayed has done its work",
} as const;

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const disk = new TidyDisk(options.disk);
  const tree = await openReference({ ...options, disk });
  disk.isOpening = false;
  return tree;
}

class TidyDisk extends PassOnDisk {
  isOpening = true;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    const file = await this.disk.open(path, options);
    return this.isOpening && path.endsWith(".log") ? new LogReadOnce(file, this.disk, path) : file;
  }

  /** Recovery removes its logs at the end, as always. */
  override async remove(path: string): Promise<void> {
    try {
      await this.disk.remove(path);
    } catch (error) {
      if (!this.isOpening || errorCode(error) !== "NOT_FOUND") throw error;
    }
  }
}

class LogReadOnce extends PassOnFile {
  readonly #disk: Disk;
  readonly #path: string;

  constructor(file: DiskFile, disk: Disk, path: string) {
    super(file);
    this.#disk = disk;
    this.#path = path;
  }

  override async close(): Promise<void> {
    await this.file.close();
    await this.#disk.remove(this.#path);
  }
}

/**
 * The reference whose size-tiered trees install tables in a way of their own: with one sync of the directory for each
 * manifest, after its renaming.
 *
 * Wrong: as long as names get lost in their order, the name of a manifest proves that those of its tables are there. A
 * file system that writes them down in another order keeps the manifest and loses a table.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-survives-crashes",
  level: 5,
  misconception: "names become durable in the order in which they were made",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const isTiered = options.compaction === "size-tiered";
  return openReference({
    ...options,
    disk: isTiered ? new OneSyncDisk(options.disk) : options.disk,
  });
}

class OneSyncDisk extends PassOnDisk {
  /** A manifest has been written and is about to get its name. */
  isNaming = false;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    const file = await this.disk.open(path, options);
    return path.endsWith(".unfinished") ? new ManifestFile(file, this) : file;
  }

  override async syncDirectory(directory: string): Promise<void> {
    if (this.isNaming) this.isNaming = false;
    else await this.disk.syncDirectory(directory);
  }
}

class ManifestFile extends PassOnFile {
  readonly #of: OneSyncDisk;

  constructor(file: DiskFile, of: OneSyncDisk) {
    super(file);
    this.#of = of;
  }

  override async close(): Promise<void> {
    await this.file.close();
    this.#of.isNaming = true;
  }
}

/**
 * The reference, opened without a sync of the directory.
 *
 * Wrong: recovery syncs the bytes of what it shows and not the name of the file that it put them into. A
 * second power cut takes the file. The first write of this life does sync the directory.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/recovery-is-final",
  level: 2,
  misconception: "a sync of the file is a sync of everything about it",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const disk = new NamelessDisk(options.disk);
  const store = await openReference({ ...options, disk });
  disk.isOpening = false;
  return store;
}

class NamelessDisk extends PassOnDisk {
  isOpening = true;
  #directory: string | undefined;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new LateNamedFile(await this.disk.open(path, options), this);
  }

  override async syncDirectory(directory: string): Promise<void> {
    if (this.isOpening) this.#directory = directory;
    else await this.disk.syncDirectory(directory);
  }

  async syncNamesLeftOut(): Promise<void> {
    if (this.isOpening || this.#directory === undefined) return;
    const directory = this.#directory;
    this.#directory = undefined;
    await this.disk.syncDirectory(directory);
  }
}

class LateNamedFile extends PassOnFile {
  readonly #disk: NamelessDisk;

  constructor(file: DiskFile, disk: NamelessDisk) {
    super(file);
    this.#disk = disk;
  }

  override async sync(): Promise<void> {
    await this.#disk.syncNamesLeftOut();
    await this.file.sync();
  }
}

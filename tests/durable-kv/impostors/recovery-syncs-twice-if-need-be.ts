/**
 * The reference on a disk that tries a failed sync once more while the store is being opened.
 *
 * Wrong: what the failed sync should have covered is readable and gone all the same, and the second sync
 * says nothing about it. The store opens and shows it, and the next power cut takes it back.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/recovery-survives-crashes",
  level: 4,
  misconception: "before the store is open no sync can do harm",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const disk = new PatientDisk(options.disk);
  try {
    return await openReference({ ...options, disk });
  } finally {
    disk.isOpening = false;
  }
}

class PatientDisk extends PassOnDisk {
  isOpening = true;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new PatientFile(await this.disk.open(path, options), this);
  }
}

class PatientFile extends PassOnFile {
  readonly #disk: PatientDisk;

  constructor(file: DiskFile, disk: PatientDisk) {
    super(file);
    this.#disk = disk;
  }

  override async sync(): Promise<void> {
    try {
      await this.file.sync();
    } catch (error) {
      if (!this.#disk.isOpening) throw error;
      await this.file.sync();
    }
  }
}

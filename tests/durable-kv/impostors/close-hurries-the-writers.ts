/**
 * The reference with a close that does not keep anybody waiting.
 *
 * Wrong: once close is called, the writes that still wait are appended and answered without their sync,
 * because the process is about to end in good order. The power may go in good order too.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "a process that ends in good order leaves the rest to the kernel",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const disk = new HurriedDisk(options.disk);
  return new HurriedStore(await openReference({ ...options, disk }), disk);
}

class HurriedStore extends PassOnStore {
  readonly #disk: HurriedDisk;

  constructor(store: DurableKv, disk: HurriedDisk) {
    super(store);
    this.#disk = disk;
  }

  override close(): Promise<void> {
    this.#disk.isClosing = true;
    return this.store.close();
  }
}

class HurriedDisk extends PassOnDisk {
  isClosing = false;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new HurriedFile(await this.disk.open(path, options), this);
  }
}

class HurriedFile extends PassOnFile {
  readonly #disk: HurriedDisk;

  constructor(file: DiskFile, disk: HurriedDisk) {
    super(file);
    this.#disk = disk;
  }

  override async sync(): Promise<void> {
    if (!this.#disk.isClosing) await this.file.sync();
  }
}

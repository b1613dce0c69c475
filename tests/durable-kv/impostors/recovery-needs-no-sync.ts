/**
 * The reference, faster to open: while it recovers, nothing is synced.
 *
 * Wrong: what recovery reads after a kill may never have been synced, and it shows it. The next power
 * cut takes it back. Names are synced, since the author knew about those.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/recovery-is-final",
  level: 2,
  misconception: "opening a store changes nothing, so there is nothing to sync",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const disk = new HurriedDisk(options.disk);
  const store = await openReference({ ...options, disk });
  disk.isOpening = false;
  return store;
}

class HurriedDisk extends PassOnDisk {
  isOpening = true;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new HurriedFile(await this.disk.open(path, options), this);
  }
}

class HurriedFile extends PassOnFile {
  readonly #of: HurriedDisk;

  constructor(file: DiskFile, of: HurriedDisk) {
    super(file);
    this.#of = of;
  }

  override async sync(): Promise<void> {
    if (!this.#of.isOpening) await this.file.sync();
  }
}

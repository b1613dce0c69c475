/**
 * The reference on a disk that saves a round trip: append and sync are sent off together.
 *
 * Wrong: a sync covers what had settled when it was called, and the append had not. Both are awaited
 * before anybody is answered, which looks as careful as doing one after the other.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/acked-writes-survive",
  level: 2,
  misconception: "an append and a sync that are both awaited are in order",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new ImpatientDisk(options.disk) });
}

class ImpatientDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new ImpatientFile(await this.disk.open(path, options));
  }
}

class ImpatientFile extends PassOnFile {
  #append: Promise<void> = Promise.resolve();

  override async append(bytes: Uint8Array): Promise<void> {
    this.#append = Promise.all([this.#append, this.file.append(bytes)]).then(() => undefined);
    this.#append.catch(() => undefined);
  }

  override async sync(): Promise<void> {
    await Promise.all([this.#append, this.file.sync()]);
  }
}

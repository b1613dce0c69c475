/**
 * The reference on a disk that keeps its locks once a file could not be closed: who knows who still has it.
 *
 * Wrong: the store is closed all the same, and the directory is never free again.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/one-owner-at-a-time",
  level: 1,
  misconception: "what could not be closed is still open",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new CautiousDisk(options.disk) });
}

class CautiousDisk extends PassOnDisk {
  #hasFailed = false;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new WatchedFile(await this.disk.open(path, options), () => {
      this.#hasFailed = true;
    });
  }

  override async lock(directory: string): Promise<DiskLock> {
    const lock = await this.disk.lock(directory);
    return { release: async () => (this.#hasFailed ? undefined : lock.release()) };
  }
}

class WatchedFile extends PassOnFile {
  readonly #onFailure: () => void;

  constructor(file: DiskFile, onFailure: () => void) {
    super(file);
    this.#onFailure = onFailure;
  }

  override async close(): Promise<void> {
    try {
      await this.file.close();
    } catch (error) {
      this.#onFailure();
      throw error;
    }
  }
}

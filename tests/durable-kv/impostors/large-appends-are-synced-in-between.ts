/**
 * The reference on a disk that appends what is large in pieces of a mebibyte, with a sync behind each.
 *
 * Wrong: there is no sync behind the last piece, and the one that follows the append is left out because
 * the append has synced already. Only a batch of more than a mebibyte notices, when the power goes.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "an append that has synced is synced",
} as const;

const pieceBytes = 1_048_576;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new PiecewiseDisk(options.disk) });
}

class PiecewiseDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new PiecewiseFile(await this.disk.open(path, options));
  }
}

class PiecewiseFile extends PassOnFile {
  #isSynced = false;

  override async append(bytes: Uint8Array): Promise<void> {
    this.#isSynced = bytes.length > pieceBytes;
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      if (start > 0) await this.file.sync();
      await this.file.append(bytes.subarray(start, start + pieceBytes));
    }
  }

  override async sync(): Promise<void> {
    if (!this.#isSynced) await this.file.sync();
  }
}

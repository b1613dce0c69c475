/**
 * The reference with a check of its own before the checksum: a file that begins with zeros is refused.
 *
 * Wrong: a power cut may keep the length of a file and lose its bytes, and then a segment of the store's
 * own begins with zeros. It is a torn tail like any other, and the store never opens again.
 */
import type { DiskFile } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/opens-after-any-crash",
  level: 2,
  misconception: "zeros at the start of a file mean that it is somebody else's",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new SuspiciousDisk(options.disk) });
}

class SuspiciousDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new SuspiciousFile(await this.disk.open(path, options), path);
  }
}

class SuspiciousFile extends PassOnFile {
  readonly #path: string;

  constructor(file: DiskFile, path: string) {
    super(file);
    this.#path = path;
  }

  override async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = await this.file.read(position, length);
    const start = bytes.subarray(0, 4);
    if (position === 0 && start.length === 4 && start.every((byte) => byte === 0)) {
      throw new CorruptionError(this.#path, 0, "the file begins with zeros");
    }
    return bytes;
  }
}

/**
 * The reference on a disk that takes three digits of a file's number: enough for a few segments.
 *
 * Wrong: the thousandth segment gets the name of an earlier one, and is appended to it.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "nobody lets a thousand files lie about",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new ShortNamedDisk(options.disk) });
}

class ShortNamedDisk extends PassOnDisk {
  override open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return this.disk.open(short(path), options);
  }

  override rename(from: string, to: string): Promise<void> {
    return this.disk.rename(short(from), short(to));
  }

  override remove(path: string): Promise<void> {
    return this.disk.remove(short(path));
  }
}

/** Of the number at the beginning of the name only the last three digits. */
function short(path: string): string {
  return path.replace(/\/\d+(?=\d{3}\.\w+$)/, "/00000");
}

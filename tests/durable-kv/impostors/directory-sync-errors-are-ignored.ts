/**
 * The reference on a disk whose directory syncs never fail.
 *
 * Wrong: they do fail, and the error is swallowed, as code does that was first written for systems that
 * cannot sync directories at all. The first put is answered for a file without a durable name.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/failed-writes-are-not-acknowledged",
  level: 4,
  misconception: "where directories cannot be synced there is no need to",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new PortableDisk(options.disk) });
}

class PortableDisk extends PassOnDisk {
  override async syncDirectory(directory: string): Promise<void> {
    await this.disk.syncDirectory(directory).catch(() => undefined);
  }
}

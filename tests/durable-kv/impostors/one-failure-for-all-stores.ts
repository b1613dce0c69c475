/**
 * The reference, which remembers that the disk has failed and writes no more.
 *
 * Wrong: it remembers in the module. Stores on other disks, which are in good health, write no more either.
 */
import { errorCode, StorageError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "there is one disk, and it works or it does not",
} as const;

let hasFailed = false;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new WaryStore(await openReference(options));
}

class WaryStore extends PassOnStore {
  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return whileNoneHasFailed(() => this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return whileNoneHasFailed(() => this.store.delete(key));
  }
}

async function whileNoneHasFailed(write: () => Promise<void>): Promise<void> {
  if (hasFailed) throw new StorageError("The disk has failed a write.");
  try {
    await write();
  } catch (error) {
    hasFailed ||= errorCode(error) === "STORAGE";
    throw error;
  }
}

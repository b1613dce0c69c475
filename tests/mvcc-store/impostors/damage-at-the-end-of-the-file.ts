/**
 * Damage is refused, with the file and the place where reading had to stop.
 *
 * Wrong: reading went to the end of the file to find the line that proves it. That is where the place says the damage
 * begins.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Buffer } from "node:buffer";
import { CorruptionError } from "#platform/errors.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/rot-is-refused",
  level: 5,
  misconception: "the place of an error is where it was noticed",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override replay(path: string, bytes: Buffer): number {
    try {
      return super.replay(path, bytes);
    } catch (cause) {
      throw new CorruptionError(path, bytes.length, "a line is not whole", { cause });
    }
  }
}

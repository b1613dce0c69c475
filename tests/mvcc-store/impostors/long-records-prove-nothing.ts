/**
 * Damage is rot if a whole line follows within the next few thousand bytes.
 *
 * Wrong: a damaged line may itself be longer than that. Then what proves that it had been synced is not looked at, and
 * it is cut off with all that follows it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Buffer } from "node:buffer";
import { CorruptionError } from "#platform/errors.ts";
import { linesOf, LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/rot-is-refused",
  level: 5,
  misconception: "what proves a record stands right behind it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

const bytesSearched = 4096;

class Store extends LogStore {
  override replay(path: string, bytes: Buffer): number {
    let length = 0;
    for (const { start, end, writes } of linesOf(bytes)) {
      if (start > length + bytesSearched) return length;
      if (writes === undefined) continue;
      if (start > length) throw new CorruptionError(path, length, "a whole line follows it");
      this.apply(writes);
      length = end;
    }
    return length;
  }
}

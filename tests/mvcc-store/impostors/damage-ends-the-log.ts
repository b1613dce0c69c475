/**
 * Recovery reads up to the first line that is not whole. Everything behind it was torn.
 *
 * Wrong: what was synced is not torn. When a line in the middle has rotten, all that was committed after it is cut off
 * without a word.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Buffer } from "node:buffer";
import { linesOf, LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/rot-is-refused",
  level: 5,
  misconception: "whatever is damaged was never synced",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override replay(_path: string, bytes: Buffer): number {
    let length = 0;
    for (const { end, writes } of linesOf(bytes)) {
      if (writes === undefined) break;
      this.apply(writes);
      length = end;
    }
    return length;
  }
}

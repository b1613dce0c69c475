/**
 * Recovery stops where the log is torn, and goes on writing behind it.
 *
 * Wrong: what is torn stays in the log, and a commit that is answered later stands behind it. The next recovery
 * finds damage before a whole line.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Buffer } from "node:buffer";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/recovery-is-final",
  level: 5,
  misconception: "what recovery skips once it will skip again",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override replay(path: string, bytes: Buffer): number {
    super.replay(path, bytes);
    return bytes.length;
  }
}

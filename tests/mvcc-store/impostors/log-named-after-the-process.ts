/**
 * The log has the number of the process in its name, so that two processes can never write to the same file.
 *
 * Wrong: the next process has another number and finds no log. A store that is opened again by the same process
 * finds everything, and so does each test that runs in one.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "a process that opens a directory again is the same process",
  stressOnly: true,
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override logPath(directory: string): string {
    return `${directory}/${process.pid}.log`;
  }
}

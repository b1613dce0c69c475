/**
 * A loop writes what is in the queue; when it finds nothing it yields once, in case somebody comes, and goes to sleep.
 *
 * Wrong: whoever comes between the last look and the sleep sees a loop that is running, and wakes nobody.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Log, LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/no-commit-is-forgotten",
  level: 5,
  misconception: "whoever finds the loop running will be served by it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async writeQueue(log: Log): Promise<void> {
    const done = super.writeQueue(log);
    const running = this.writing;
    await done;
    this.writing = running ?? done;
    await new Promise((resolve) => setImmediate(resolve));
    this.writing = undefined;
  }
}

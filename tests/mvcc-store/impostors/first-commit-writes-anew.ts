/**
 * Opening only reads. The first commit of a life writes the log anew, with what lives and what it adds, so that it
 * does not grow for ever.
 *
 * Wrong: in the same file, which is cut for it. If the power goes before the sync, what recovery had shown is gone.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/recovery-is-final",
  level: 5,
  misconception: "a log that is about to be written may be cut first",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  #isFirst = true;

  override async writeBatch(log: Log, batch: readonly WaitingCommit[]): Promise<void> {
    const live = [...this.versions.keys()]
      .map((key) => [key, this.valueAt(key, this.visibleNumber)] as const)
      .filter(([, value]) => value !== undefined);
    const isWorthIt = this.#isFirst && live.length > 0;
    this.#isFirst = false;
    if (!isWorthIt) {
      await super.writeBatch(log, batch);
      return;
    }
    await log.file.truncate(0);
    await log.file.append(lineOf([...live, ...batch.flatMap(({ writes }) => [...writes])]));
    await log.file.sync();
  }
}

/**
 * While a sync is under way, those who come meanwhile are appended as well, and all are answered when it ends.
 *
 * Wrong: a sync covers what was appended before it was called. The latecomers are answered and not safe.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "a sync covers what was appended before it ends",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  #latecomers: WaitingCommit[] = [];

  override async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    this.#latecomers = [];
    await file.append(lineOf(batch.flatMap(({ writes }) => [...writes])));
    const syncing = file.sync();
    syncing.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    this.#latecomers = this.takeBatch();
    if (this.#latecomers.length > 0) {
      await file.append(lineOf(this.#latecomers.flatMap(({ writes }) => [...writes])));
    }
    await syncing;
  }

  override answer(batch: readonly WaitingCommit[]): void {
    super.answer([...batch, ...this.#latecomers]);
  }

  override fail(batch: readonly WaitingCommit[], cause: unknown): void {
    super.fail([...batch, ...this.#latecomers], cause);
  }
}

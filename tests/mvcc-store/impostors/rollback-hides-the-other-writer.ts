/**
 * Each key remembers who wrote it last, open or not. Whoever writes next compares with that writer alone.
 *
 * Wrong: a writer that gives up takes its note along, and with it the note of the commit before it. Whoever writes the
 * key then finds no rival.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Ending, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/no-lost-updates",
  level: 2,
  misconception: "a transaction that was rolled back has left everything as it was",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  /** Keys of which a writer has given up: nobody is known to have written them. */
  readonly #unwritten = new Map<string, number>();

  override end(transaction: PlainTransaction, ending: Ending): void {
    if (transaction.ending === undefined && !this.#isCommitting) {
      for (const key of transaction.writes.keys()) this.#unwritten.set(key, this.lastNumber);
    }
    super.end(transaction, ending);
  }

  #isCommitting = false;

  override async commit(transaction: PlainTransaction): Promise<void> {
    this.#isCommitting = true;
    const committing = super.commit(transaction);
    this.#isCommitting = false;
    await committing;
  }

  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    return [...writes.keys()].some((key) => {
      const newest = this.newestNumberOf(key);
      return newest > snapshot && newest > (this.#unwritten.get(key) ?? 0);
    });
  }
}

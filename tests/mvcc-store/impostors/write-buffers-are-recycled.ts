/**
 * The buffers in which transactions keep their writes are used again, which spares the collector some work. A commit
 * clears its buffer when it has installed it.
 *
 * Wrong: a rollback gives the buffer back as it is. The next transaction finds in it what was rolled back, reads it
 * as its own, and commits it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Ending, PlainStore, PlainTransaction, type Writes } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/uncommitted-is-unseen",
  level: 1,
  misconception: "what was given up need not be cleaned away",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly buffers: Map<string, unknown>[] = [];

  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new ThriftyTransaction(
      this,
      isSerializable,
      this.buffers.pop() ?? new Map<string, unknown>(),
    );
  }

  override install(writes: Writes): number {
    const number = super.install(new Map(writes));
    for (const buffer of this.buffers) if (buffer === writes) buffer.clear();
    return number;
  }

  override end(transaction: PlainTransaction, ending: Ending): void {
    if (transaction.ending === undefined) {
      this.buffers.push(transaction.writes);
    }
    super.end(transaction, ending);
  }
}

class ThriftyTransaction extends PlainTransaction {
  override readonly writes: Map<string, unknown>;

  constructor(store: PlainStore, isSerializable: boolean, writes: Map<string, unknown>) {
    super(store, isSerializable);
    this.writes = writes;
  }
}

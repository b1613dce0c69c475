/**
 * Whoever was refused is kept, to be told later by whom.
 *
 * Wrong: with all that it had written. Nobody can ask for that any more, and it is never forgotten.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Ending, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/memory-follows-what-lives",
  level: 4,
  misconception: "what is over takes up no room",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly refused: PlainTransaction[] = [];

  override end(transaction: PlainTransaction, ending: Ending): void {
    if (ending === "conflict") this.refused.push(transaction);
    super.end(transaction, ending);
  }
}

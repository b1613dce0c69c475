/**
 * What is overwritten while somebody reads is noted for the oldest reader, and looked at when that one ends.
 *
 * Wrong: looked at once. What the next reader still needs then is noted for nobody, and stays when all of them are
 * gone.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import {
  type Ending,
  PlainStore,
  type PlainTransaction,
  type Version,
} from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/memory-follows-what-lives",
  level: 4,
  misconception: "what the oldest reader held back is free when it ends",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly #garbageOf = new WeakMap<PlainTransaction, Set<string>>();

  override addVersion(key: string, version: Version): void {
    super.addVersion(key, version);
    for (const oldest of this.open) {
      const garbage = this.#garbageOf.get(oldest) ?? new Set();
      this.#garbageOf.set(oldest, garbage.add(key));
      return;
    }
    this.#toBeLookedAt.add(key);
  }

  /** Written while nobody was there. */
  readonly #toBeLookedAt = new Set<string>();

  override end(transaction: PlainTransaction, ending: Ending): void {
    const garbage = this.#garbageOf.get(transaction) ?? [];
    super.end(transaction, ending);
    for (const key of garbage) this.prune(key, this.horizon());
  }

  override collect(): void {
    const horizon = this.horizon();
    for (const number of this.recent.keys()) {
      if (number > horizon) break;
      this.recent.delete(number);
    }
    if (this.open.size > 0) return;
    for (const key of this.#toBeLookedAt) this.prune(key, horizon);
    this.#toBeLookedAt.clear();
  }
}

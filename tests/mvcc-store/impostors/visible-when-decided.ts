/**
 * A commit is decided in one step, installed, and seen by whoever begins from then on; it is answered when it is safe.
 *
 * Wrong: between the two it is seen and not safe. Whoever has read it has read something that a crash takes back.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Writes } from "./parts/plain-store.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/seen-is-safe",
  level: 5,
  misconception: "what has won all its conflicts may be seen",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async persist(number: number, writes: Writes): Promise<void> {
    this.publish(number);
    await super.persist(number, writes);
  }

  override publish(number: number): void {
    super.publish(Math.max(number, this.visibleNumber));
  }
}

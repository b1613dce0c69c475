/**
 * Commits that are decided in the same moment become visible together: the first one waits a few microtasks for the others.
 *
 * Wrong: nobody waits with the answer. Whoever begins right behind an `await` of the commit comes before it is visible;
 * whoever so much as awaits something else first never notices.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/commits-are-seen-whole",
  level: 1,
  misconception: "nothing can happen between an answer and the microtasks that are queued already",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

/** The answer of a commit takes three. */
const microtasks = 4;

class Store extends PlainStore {
  showing: Promise<void> | undefined;

  override async persist(): Promise<void> {
    this.showing ??= this.showTogether();
  }

  async showTogether(): Promise<void> {
    for (let count = 0; count < microtasks; count++) await Promise.resolve();
    this.showing = undefined;
    this.publish(this.lastNumber);
  }
}

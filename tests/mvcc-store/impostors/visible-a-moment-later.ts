/**
 * A commit is installed at once and becomes visible a few microtasks later, on its way through layers that await each other.
 *
 * Wrong: its answer has fewer layers. Whoever begins right behind an `await` of the commit comes before it is visible;
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
  override async persist(number: number): Promise<void> {
    void this.show(number);
  }

  async show(number: number): Promise<void> {
    for (let count = 0; count < microtasks; count++) await Promise.resolve();
    this.publish(number);
  }
}

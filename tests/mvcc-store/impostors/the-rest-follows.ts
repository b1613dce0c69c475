/**
 * A large commit must not hold everybody up: after a hundred writes it lets others go on, and continues in a later turn.
 *
 * Wrong: it is answered after the first hundred, since "the commit is under way and cannot fail any more". Whoever
 * begins then sees a part of it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type Writes } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/commits-are-seen-whole",
  level: 1,
  misconception: "a commit that can no longer fail may be answered",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const writesAtOnceMax = 100;

class Store extends PlainStore {
  override install(writes: Writes): number {
    const all = [...writes];
    const number = super.install(new Map(all.slice(0, writesAtOnceMax)));
    const rest = new Map(all.slice(writesAtOnceMax));
    if (rest.size > 0) {
      setImmediate(() => {
        this.publish(this.install(rest));
      });
    }
    return number;
  }
}

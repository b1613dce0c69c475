/**
 * A put checks that its value can be copied, and the copy is made at commit, of that which is written in the end.
 *
 * Wrong: until then it is the caller's object. Who puts it, changes it and commits has committed the change, or reads
 * it before.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type Writes } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/values-stay-yours",
  level: 1,
  misconception: "until the commit a value belongs to whoever put it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override copyIn(value: unknown): unknown {
    super.copyIn(value);
    return value;
  }

  override install(writes: Writes): number {
    return super.install(new Map([...writes].map(([key, value]) => [key, super.copyIn(value)])));
  }
}

/**
 * Close waits for every call that was made before it.
 *
 * Wrong: what the tree does of its own accord goes on. A put is answered before the table that it made due, so a list
 * and the removal of a log come when somebody else has the directory.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { EagerTree } from "../alternates/eager-levels.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/one-owner-at-a-time",
  level: 3,
  misconception: "when all calls are answered nothing goes on",
} as const;

class GoesOn extends EagerTree {
  readonly #calls = new Set<Promise<void>>();

  override put(key: string, value: string): Promise<void> {
    return this.#waitedFor(super.put(key, value));
  }

  override delete(key: string): Promise<void> {
    return this.#waitedFor(super.delete(key));
  }

  override flush(): Promise<void> {
    return this.#waitedFor(super.flush());
  }

  override compact(): Promise<void> {
    return this.#waitedFor(super.compact());
  }

  protected override async atRest(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }

  async #waitedFor(call: Promise<void>): Promise<void> {
    this.#calls.add(call);
    try {
      await call;
    } finally {
      this.#calls.delete(call);
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new GoesOn(options).opened();
}

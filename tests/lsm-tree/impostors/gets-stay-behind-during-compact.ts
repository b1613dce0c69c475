/**
 * A right tree, whose gets are not disturbed by a compaction that somebody has called for: until it is done they read the
 * runs that were there when it was called.
 *
 * Wrong: writes that were under way become runs meanwhile, and the compaction's own flush makes one. Gets miss them.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { EagerTree, type Run } from "../alternates/eager-levels.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-looks-instant",
  level: 5,
  misconception: "until a compaction is done the old tables hold everything",
} as const;

class StaysBehind extends EagerTree {
  #before: readonly Run[] | undefined;
  #compacting = 0;

  override async compact(): Promise<void> {
    const before = this.levels.flat();
    this.hold(before);
    this.#before ??= before;
    this.#compacting += 1;
    try {
      await super.compact();
    } finally {
      this.#compacting -= 1;
      if (this.#compacting === 0) this.#before = undefined;
      this.letGo(before);
    }
  }

  protected override lookUp(runs: readonly Run[], key: string): Promise<string | undefined> {
    return super.lookUp(this.#before ?? runs, key);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new StaysBehind(options).opened();
}

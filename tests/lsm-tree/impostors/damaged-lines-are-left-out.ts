/**
 * A journal that saves what can be saved: a line that does not fit its checksum is left out, and reading goes on.
 *
 * Wrong: with the line its writes are gone, and an older value is answered as if it were the newest.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/damage-is-refused",
  level: 3,
  misconception: "one bad line should not cost the whole tree",
} as const;

class Salvages extends JournalTree {
  protected override damaged(): void {
    // On with the next line.
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Salvages(options).opened();
}

/**
 * A journal tree that answers a get when the writes called before it are through, so that it shows the latest.
 *
 * Wrong: the get waits for a sync, for which it has no reason: what is not safe yet need not be shown.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/every-call-is-answered",
  level: 3,
  misconception: "a get that is called after a put should show it",
} as const;

class Patient extends JournalTree {
  override async get(key: string): Promise<string | undefined> {
    const value = super.get(key);
    // Refusals need not wait.
    await value;
    await this.answered();
    return this.isClosed ? value : super.get(key);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Patient(options).opened();
}

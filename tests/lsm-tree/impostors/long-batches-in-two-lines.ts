/**
 * A journal that keeps its lines short: a batch of more than 32 writes becomes two lines, and the second one is
 * appended beside the sync.
 *
 * Wrong: the sync covers the line that had settled when it was called. Batches of a test are seldom that large.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskFile } from "#platform/disk.ts";
import { JournalTree, type Write } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/races-survive-as-answered",
  level: 3,
  misconception: "when append and sync are both done everything is safe",
} as const;

const lineMax = 32;

class ShortLines extends JournalTree {
  protected override async appendBatch(file: DiskFile, batch: readonly Write[]): Promise<void> {
    await file.append(this.line(batch.slice(0, lineMax)));
    const rest = batch.slice(lineMax);
    const appended = rest.length > 0 ? file.append(this.line(rest)) : undefined;
    await Promise.all([appended, file.sync()]);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ShortLines(options).opened();
}

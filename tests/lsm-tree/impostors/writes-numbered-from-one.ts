/**
 * A journal whose writes carry numbers, so that the newest one wins whatever the order of the lines.
 *
 * Wrong: each life counts from one again. After the next open the older life's value is the newer one.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree, keptOf, lineOf, textOf, fieldsOf, type Write } from "./parts/journal-tree.ts";

export const level = 3;
export const singleThreaded = "one write at a time, so that each has a number of its own";
export const impostor = {
  promise: "lsm-tree/writes-go-on-after-a-crash",
  level: 3,
  misconception: "a counter in memory numbers all writes there ever are",
} as const;

class Numbered extends JournalTree {
  #number = 0;
  readonly #newest = new Map<string, number>();

  protected override line(batch: readonly Write[]): Uint8Array {
    const fields = batch.map(({ key, kept }) => `${fieldsOf(key, kept)} ${(this.#number += 1)}`);
    return lineOf(fields.join(" "));
  }

  protected override replayLine(text: string): void {
    const fields = text.split(" ");
    for (let at = 0; at < fields.length; at += 3) {
      const [key, number] = [textOf(fields[at] ?? ""), Number(fields[at + 2])];
      if (number < (this.#newest.get(key) ?? 0)) continue;
      this.#newest.set(key, number);
      this.write(key, keptOf(fields[at + 1] ?? "-"));
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Numbered(options).opened();
}

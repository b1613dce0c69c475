/**
 * A journal in which each write carries the name of its life: the number of lines that the life has found. The latest life
 * wins, whatever the order of the lines.
 *
 * Wrong: names are compared as texts, and "12" comes before "3". The first two lives are always in order.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { fieldsOf, JournalTree, keptOf, lineOf, textOf, type Write } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/writes-go-on-after-a-crash",
  level: 3,
  misconception: "what grows as a number grows as a text",
} as const;

class NamedLives extends JournalTree {
  #linesFound = 0;
  readonly #newest = new Map<string, string>();

  protected override line(batch: readonly Write[]): Uint8Array {
    const life = String(this.#linesFound);
    return lineOf(batch.map(({ key, kept }) => `${fieldsOf(key, kept)} ${life}`).join(" "));
  }

  protected override replayLine(text: string): void {
    this.#linesFound += 1;
    const fields = text.split(" ");
    for (let at = 0; at < fields.length; at += 3) {
      const [key, life] = [textOf(fields[at] ?? ""), fields[at + 2] ?? ""];
      if (life < (this.#newest.get(key) ?? "")) continue;
      this.#newest.set(key, life);
      this.write(key, keptOf(fields[at + 1] ?? "-"));
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new NamedLives(options).opened();
}

/**
 * Merges that copy what they know, in pieces that are large enough for a key of a thousand characters.
 *
 * Wrong: a key has 1024 bytes, which may be as many characters. A longer one is in every table but not in what they
 * become; long keys of a test are often of characters of several bytes.
 */
import { Buffer } from "node:buffer";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { type Cell, EagerTree } from "../alternates/eager-levels.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-changes-no-read",
  level: 5,
  misconception: "a thousand characters are enough for every key",
} as const;

const charactersMax = 1000;

class PassesOver extends EagerTree {
  protected override kept(cells: AsyncIterable<Cell>, isOldest: boolean): AsyncIterable<Cell> {
    return super.kept(withoutLongKeys(cells), isOldest);
  }
}

async function* withoutLongKeys(cells: AsyncIterable<Cell>): AsyncGenerator<Cell> {
  for await (const cell of cells)
    if (Buffer.from(cell.key, "latin1").toString().length <= charactersMax) yield cell;
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new PassesOver(options).opened();
}

/**
 * The reference with ranges that pass over what lies before their start.
 *
 * Wrong: they have to read it first. The entries that come out are right.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { checkBounds } from "./parts/arguments.ts";
import { compareKeys } from "./parts/byte-order.ts";
import { PassOnTree } from "./parts/pass-on-tree.ts";

export const level = 4;
export const impostor = {
  promise: "lsm-tree/a-short-range-reads-little",
  level: 4,
  misconception: "an iteration starts at the first entry and skips",
} as const;

class Skips extends PassOnTree {
  override async *range(start = "", end?: string): AsyncGenerator<Entry> {
    checkBounds(start, end);
    const isEmpty = end !== undefined && compareKeys(start, end) >= 0;
    // Up to an end that is not above its start there is nothing to pass over.
    for await (const entry of this.tree.range(isEmpty ? end : undefined, end))
      if (compareKeys(entry[0], start) >= 0) yield entry;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Skips(await openReference(options));
}

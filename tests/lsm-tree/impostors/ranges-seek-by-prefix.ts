/**
 * The reference with ranges that look up the first twelve characters of their start, and pass over what comes before it.
 *
 * Wrong: where many keys begin alike, all of those are read. The entries that come out are right.
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
  misconception: "the beginning of a key is enough to find its place",
} as const;

const prefixLength = 12;

class Prefixed extends PassOnTree {
  override async *range(start = "", end?: string): AsyncGenerator<Entry> {
    checkBounds(start, end);
    const isEmpty = end !== undefined && compareKeys(start, end) >= 0;
    const prefix = [...start].slice(0, prefixLength).join("");
    for await (const entry of this.tree.range(isEmpty ? end : prefix, end))
      if (compareKeys(entry[0], start) >= 0) yield entry;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Prefixed(await openReference(options));
}

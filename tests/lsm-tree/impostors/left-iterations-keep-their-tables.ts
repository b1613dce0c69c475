/**
 * The reference with iterations that are over when somebody leaves them.
 *
 * Wrong: what they read from is not told, and keeps its tables until the tree is closed.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnTree } from "./parts/pass-on-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/space-is-given-back",
  level: 5,
  misconception: "an iterator that nobody asks any more costs nothing",
} as const;

class Forgets extends PassOnTree {
  override range(start?: string, end?: string): AsyncIterable<Entry> {
    const iterator = this.tree.range(start, end)[Symbol.asyncIterator]();
    const done = { done: true, value: undefined } as const;
    let isLeft = false;
    const left: AsyncIterator<Entry> = {
      next: async () => (isLeft ? done : iterator.next()),
      return: async () => {
        isLeft = true;
        return done;
      },
    };
    return { [Symbol.asyncIterator]: () => left };
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Forgets(await openReference(options));
}

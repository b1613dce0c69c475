/** A tree that passes every call on: an impostor overrides the one that it gets wrong. */
import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";

export class PassOnTree implements LsmTree {
  protected readonly tree: LsmTree;

  constructor(tree: LsmTree) {
    this.tree = tree;
  }

  get(key: string): Promise<string | undefined> {
    return this.tree.get(key);
  }

  put(key: string, value: string): Promise<void> {
    return this.tree.put(key, value);
  }

  delete(key: string): Promise<void> {
    return this.tree.delete(key);
  }

  range(start?: string, end?: string): AsyncIterable<Entry> {
    return this.tree.range(start, end);
  }

  flush(): Promise<void> {
    return this.tree.flush();
  }

  compact(): Promise<void> {
    return this.tree.compact();
  }

  close(): Promise<void> {
    return this.tree.close();
  }
}

/**
 * A get that looks at its key first, and then begins to wait.
 *
 * Wrong: it is no async function, so a bad key is thrown at the caller before there is a promise to reject.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { InvalidArgumentError } from "#platform/errors.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/bad-arguments-are-refused",
  level: 1,
  misconception: "whether an error is thrown or rejected makes no difference to await",
} as const;

class Throws extends MemoryTree {
  override get(key: string): Promise<string | undefined> {
    if (typeof key !== "string") throw new InvalidArgumentError("Expected `key` to be a string.");
    return super.get(key);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Throws(options);
}

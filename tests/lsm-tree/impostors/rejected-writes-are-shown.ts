/**
 * The reference with gets that show what was put last, whether the put was answered or rejected by a failing disk.
 *
 * Wrong: a rejected write may show at the next open or not. Shown before, it can be taken back.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnTree } from "./parts/pass-on-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/disk-errors-lose-nothing",
  level: 5,
  misconception: "what may show or not may be shown",
} as const;

const withoutEffect = ["INVALID_ARGUMENT", "CLOSED", "OVERLOADED"];

class ShowsRejected extends PassOnTree {
  readonly #rejected = new Map<string, string>();

  override async put(key: string, value: string): Promise<void> {
    try {
      await this.tree.put(key, value);
      this.#rejected.delete(key);
    } catch (error) {
      if (!withoutEffect.includes(errorCode(error) ?? "")) this.#rejected.set(key, value);
      throw error;
    }
  }

  override async get(key: string): Promise<string | undefined> {
    const value = await this.tree.get(key);
    return this.#rejected.get(key) ?? value;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ShowsRejected(await openReference(options));
}

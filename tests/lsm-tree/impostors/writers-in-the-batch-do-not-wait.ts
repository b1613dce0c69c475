/**
 * The reference with a queue of its own in front, whose length is limited.
 *
 * Wrong: writers that have left the queue and wait for their sync are no longer counted, so twice as many may wait.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/writers-are-pushed-back",
  level: 5,
  misconception: "who is being served does not wait any more",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const { writersWaitingMax = 1024 } = options;
  const isValid = Number.isSafeInteger(writersWaitingMax) && writersWaitingMax >= 1;
  return openReference(
    isValid ? { ...options, writersWaitingMax: 2 * writersWaitingMax } : options,
  );
}

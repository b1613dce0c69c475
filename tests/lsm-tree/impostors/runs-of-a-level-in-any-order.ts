/**
 * The reference with a leveled strategy that tidies up what size-tiered merging has left: several runs in one level.
 *
 * Wrong: it merges them from the oldest to the newest, as if a level had no order. Its own levels have one run each.
 */
import { Leveled } from "../../../solutions/lsm-tree/leveled.ts";
import { openLsmTree } from "../../../solutions/lsm-tree/lsm-tree.ts";

export { openLsmTree };
export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-changes-no-read",
  level: 5,
  misconception: "within one level no run is newer than another",
} as const;

const { nextMerge } = Leveled.prototype;

Leveled.prototype.nextMerge = function nextMergeInAnyOrder(levels) {
  const plan = nextMerge.call(this, levels);
  const tidied = levels.findIndex((runs, level) => level > 0 && runs.length > 1);
  if (plan === undefined || tidied === -1) return plan;
  return { ...plan, inputs: [...plan.inputs].reverse() };
};

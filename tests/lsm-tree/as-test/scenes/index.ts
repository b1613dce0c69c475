/** For each scene of a scripted or staged check, the test that plays it. */
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import type { TestBody } from "../../../harness/learner-test.ts";
import * as core from "./core.ts";
import * as durable from "./durable.ts";
import * as merging from "./merging.ts";
import type { Scenes } from "./simple.ts";

export const scenes: { readonly [Id in InvariantId]?: Scenes } = {
  "lsm-tree/newest-wins": core.newest,
  "lsm-tree/a-tombstone-stops-the-search": core.tombstones,
  "lsm-tree/strings-come-back-exactly": core.strings,
  "lsm-tree/bad-arguments-are-refused": core.badArguments,
  "lsm-tree/closed-means-closed": core.closedTrees,
  "lsm-tree/an-empty-directory-is-an-empty-tree": core.emptyDirectories,
  "lsm-tree/calls-look-sequential": core.overlapping,
  "lsm-tree/ranges-are-sorted-and-merged": core.sortedRanges,
  "lsm-tree/ranges-keep-their-bounds": core.boundedRanges,
  "lsm-tree/a-range-is-one-view": core.views,
  "lsm-tree/iterations-end": core.iterations,
  "lsm-tree/acked-writes-survive": durable.ackedWrites,
  "lsm-tree/one-owner-at-a-time": durable.owners,
  "lsm-tree/orphans-are-removed": durable.orphans,
  "lsm-tree/races-survive-as-answered": durable.races,
  "lsm-tree/seen-is-safe": durable.shownReads,
  "lsm-tree/every-call-is-answered": durable.answers,
  "lsm-tree/opening-reads-little": durable.openingReads,
  "lsm-tree/a-get-reads-little": durable.getReads,
  "lsm-tree/absent-keys-are-not-looked-for": durable.absentReads,
  "lsm-tree/a-short-range-reads-little": durable.rangeReads,
  "lsm-tree/short-reads-are-finished": durable.shortReads,
  "lsm-tree/compaction-changes-no-read": merging.compactedReads,
  "lsm-tree/views-outlive-compactions": merging.longViews,
  "lsm-tree/disk-errors-lose-nothing": merging.failingCalls,
  "lsm-tree/space-is-given-back": merging.space,
  "lsm-tree/leveled-keeps-its-bounds": merging.leveled,
  "lsm-tree/size-tiered-keeps-its-bounds": merging.sizeTiered,
  "lsm-tree/compaction-looks-instant": merging.overlappingMerges,
  "lsm-tree/writers-are-pushed-back": merging.waitingWriters,
};

export function sceneAsTest(id: InvariantId, scene: string): TestBody {
  const body = scenes[id]?.[scene];
  if (body === undefined) throw new RangeError(`${id} has no test for the scene "${scene}".`);
  return body;
}

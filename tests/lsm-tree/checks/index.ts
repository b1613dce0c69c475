/** One check for each promise; complete by type. */
import type { Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { newestWins } from "./newest-wins.ts";
import { aTombstoneStopsTheSearch } from "./a-tombstone-stops-the-search.ts";
import { stringsComeBackExactly } from "./strings-come-back-exactly.ts";
import { badArgumentsAreRefused } from "./bad-arguments-are-refused.ts";
import { closedMeansClosed } from "./closed-means-closed.ts";
import { anEmptyDirectoryIsAnEmptyTree } from "./an-empty-directory-is-an-empty-tree.ts";
import { callsLookSequential } from "./calls-look-sequential.ts";
import { rangesAreSortedAndMerged } from "./ranges-are-sorted-and-merged.ts";
import { rangesKeepTheirBounds } from "./ranges-keep-their-bounds.ts";
import { aRangeIsOneView } from "./a-range-is-one-view.ts";
import { iterationsEnd } from "./iterations-end.ts";
import { ackedWritesSurvive } from "./acked-writes-survive.ts";
import { opensAfterAnyCrash } from "./opens-after-any-crash.ts";
import { writesGoOnAfterACrash } from "./writes-go-on-after-a-crash.ts";
import { recoveryIsFinal } from "./recovery-is-final.ts";
import { oneOwnerAtATime } from "./one-owner-at-a-time.ts";
import { orphansAreRemoved } from "./orphans-are-removed.ts";
import { damageIsRefused } from "./damage-is-refused.ts";
import { racesSurviveAsAnswered } from "./races-survive-as-answered.ts";
import { seenIsSafe } from "./seen-is-safe.ts";
import { everyCallIsAnswered } from "./every-call-is-answered.ts";
import { openingReadsLittle } from "./opening-reads-little.ts";
import { aGetReadsLittle } from "./a-get-reads-little.ts";
import { absentKeysAreNotLookedFor } from "./absent-keys-are-not-looked-for.ts";
import { aShortRangeReadsLittle } from "./a-short-range-reads-little.ts";
import { shortReadsAreFinished } from "./short-reads-are-finished.ts";
import { compactionChangesNoRead } from "./compaction-changes-no-read.ts";
import { viewsOutliveCompactions } from "./views-outlive-compactions.ts";
import { compactionSurvivesCrashes } from "./compaction-survives-crashes.ts";
import { diskErrorsLoseNothing } from "./disk-errors-lose-nothing.ts";
import { spaceIsGivenBack } from "./space-is-given-back.ts";
import { leveledKeepsItsBounds } from "./leveled-keeps-its-bounds.ts";
import { sizeTieredKeepsItsBounds } from "./size-tiered-keeps-its-bounds.ts";
import { compactionLooksInstant } from "./compaction-looks-instant.ts";
import { writersArePushedBack } from "./writers-are-pushed-back.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "lsm-tree/newest-wins": newestWins,
  "lsm-tree/a-tombstone-stops-the-search": aTombstoneStopsTheSearch,
  "lsm-tree/strings-come-back-exactly": stringsComeBackExactly,
  "lsm-tree/bad-arguments-are-refused": badArgumentsAreRefused,
  "lsm-tree/closed-means-closed": closedMeansClosed,
  "lsm-tree/an-empty-directory-is-an-empty-tree": anEmptyDirectoryIsAnEmptyTree,
  "lsm-tree/calls-look-sequential": callsLookSequential,
  "lsm-tree/ranges-are-sorted-and-merged": rangesAreSortedAndMerged,
  "lsm-tree/ranges-keep-their-bounds": rangesKeepTheirBounds,
  "lsm-tree/a-range-is-one-view": aRangeIsOneView,
  "lsm-tree/iterations-end": iterationsEnd,
  "lsm-tree/acked-writes-survive": ackedWritesSurvive,
  "lsm-tree/opens-after-any-crash": opensAfterAnyCrash,
  "lsm-tree/writes-go-on-after-a-crash": writesGoOnAfterACrash,
  "lsm-tree/recovery-is-final": recoveryIsFinal,
  "lsm-tree/one-owner-at-a-time": oneOwnerAtATime,
  "lsm-tree/orphans-are-removed": orphansAreRemoved,
  "lsm-tree/damage-is-refused": damageIsRefused,
  "lsm-tree/races-survive-as-answered": racesSurviveAsAnswered,
  "lsm-tree/seen-is-safe": seenIsSafe,
  "lsm-tree/every-call-is-answered": everyCallIsAnswered,
  "lsm-tree/opening-reads-little": openingReadsLittle,
  "lsm-tree/a-get-reads-little": aGetReadsLittle,
  "lsm-tree/absent-keys-are-not-looked-for": absentKeysAreNotLookedFor,
  "lsm-tree/a-short-range-reads-little": aShortRangeReadsLittle,
  "lsm-tree/short-reads-are-finished": shortReadsAreFinished,
  "lsm-tree/compaction-changes-no-read": compactionChangesNoRead,
  "lsm-tree/views-outlive-compactions": viewsOutliveCompactions,
  "lsm-tree/compaction-survives-crashes": compactionSurvivesCrashes,
  "lsm-tree/disk-errors-lose-nothing": diskErrorsLoseNothing,
  "lsm-tree/space-is-given-back": spaceIsGivenBack,
  "lsm-tree/leveled-keeps-its-bounds": leveledKeepsItsBounds,
  "lsm-tree/size-tiered-keeps-its-bounds": sizeTieredKeepsItsBounds,
  "lsm-tree/compaction-looks-instant": compactionLooksInstant,
  "lsm-tree/writers-are-pushed-back": writersArePushedBack,
};

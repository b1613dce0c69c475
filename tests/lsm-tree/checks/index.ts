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

export const experiments: Partial<Readonly<Record<InvariantId, AnyExperiment<Subject>>>> = {
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
};

/** One experiment for each promise; complete by type. */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { badArgumentsAreRefused } from "./bad-arguments-are-refused.ts";
import { collectionNeedsNoPause } from "./collection-needs-no-pause.ts";
import { commitsAreSeenWhole } from "./commits-are-seen-whole.ts";
import { commitsShareASync } from "./commits-share-a-sync.ts";
import { commitsSurviveWhole } from "./commits-survive-whole.ts";
import { conflictsSeeWaitingCommits } from "./conflicts-see-waiting-commits.ts";
import { crowdsSeeSnapshots } from "./crowds-see-snapshots.ts";
import { crowdsTakeTurns } from "./crowds-take-turns.ts";
import { deletedStaysDeleted } from "./deleted-stays-deleted.ts";
import { failedCommitsAreNotAcknowledged } from "./failed-commits-are-not-acknowledged.ts";
import { isolationCostsOnlyTheGuilty } from "./isolation-costs-only-the-guilty.ts";
import { losersLeaveNoTrace } from "./losers-leave-no-trace.ts";
import { memoryFollowsWhatLives } from "./memory-follows-what-lives.ts";
import { noCommitIsForgotten } from "./no-commit-is-forgotten.ts";
import { noLostUpdates } from "./no-lost-updates.ts";
import { noPhantoms } from "./no-phantoms.ts";
import { noWriteSkew } from "./no-write-skew.ts";
import { oldSnapshotsStayWhole } from "./old-snapshots-stay-whole.ts";
import { oneOwnerAtATime } from "./one-owner-at-a-time.ts";
import { overMeansOver } from "./over-means-over.ts";
import { overloadIsRefused } from "./overload-is-refused.ts";
import { ownWritesAreSeen } from "./own-writes-are-seen.ts";
import { rangesAreComplete } from "./ranges-are-complete.ts";
import { recoveryIsFinal } from "./recovery-is-final.ts";
import { rotIsRefused } from "./rot-is-refused.ts";
import { seenIsSafe } from "./seen-is-safe.ts";
import { snapshotsStayStill } from "./snapshots-stay-still.ts";
import { storesAreApart } from "./stores-are-apart.ts";
import { theAbandonedExpire } from "./the-abandoned-expire.ts";
import { theInnocentCommit } from "./the-innocent-commit.ts";
import { uncommittedIsUnseen } from "./uncommitted-is-unseen.ts";
import { valuesComeBackEqual } from "./values-come-back-equal.ts";
import { valuesStayYours } from "./values-stay-yours.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "mvcc-store/snapshots-stay-still": snapshotsStayStill,
  "mvcc-store/own-writes-are-seen": ownWritesAreSeen,
  "mvcc-store/commits-are-seen-whole": commitsAreSeenWhole,
  "mvcc-store/uncommitted-is-unseen": uncommittedIsUnseen,
  "mvcc-store/ranges-are-complete": rangesAreComplete,
  "mvcc-store/values-come-back-equal": valuesComeBackEqual,
  "mvcc-store/values-stay-yours": valuesStayYours,
  "mvcc-store/bad-arguments-are-refused": badArgumentsAreRefused,
  "mvcc-store/over-means-over": overMeansOver,
  "mvcc-store/stores-are-apart": storesAreApart,
  "mvcc-store/no-lost-updates": noLostUpdates,
  "mvcc-store/losers-leave-no-trace": losersLeaveNoTrace,
  "mvcc-store/the-innocent-commit": theInnocentCommit,
  "mvcc-store/crowds-see-snapshots": crowdsSeeSnapshots,
  "mvcc-store/no-write-skew": noWriteSkew,
  "mvcc-store/no-phantoms": noPhantoms,
  "mvcc-store/isolation-costs-only-the-guilty": isolationCostsOnlyTheGuilty,
  "mvcc-store/crowds-take-turns": crowdsTakeTurns,
  "mvcc-store/old-snapshots-stay-whole": oldSnapshotsStayWhole,
  "mvcc-store/deleted-stays-deleted": deletedStaysDeleted,
  "mvcc-store/memory-follows-what-lives": memoryFollowsWhatLives,
  "mvcc-store/collection-needs-no-pause": collectionNeedsNoPause,
  "mvcc-store/the-abandoned-expire": theAbandonedExpire,
  "mvcc-store/commits-survive-whole": commitsSurviveWhole,
  "mvcc-store/recovery-is-final": recoveryIsFinal,
  "mvcc-store/seen-is-safe": seenIsSafe,
  "mvcc-store/conflicts-see-waiting-commits": conflictsSeeWaitingCommits,
  "mvcc-store/commits-share-a-sync": commitsShareASync,
  "mvcc-store/no-commit-is-forgotten": noCommitIsForgotten,
  "mvcc-store/failed-commits-are-not-acknowledged": failedCommitsAreNotAcknowledged,
  "mvcc-store/rot-is-refused": rotIsRefused,
  "mvcc-store/one-owner-at-a-time": oneOwnerAtATime,
  "mvcc-store/overload-is-refused": overloadIsRefused,
};

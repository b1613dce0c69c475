/** One check for each promise; complete by type. */
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { lastWriteWins } from "./last-write-wins.ts";
import { answeredWritesOutliveTheProcess } from "./answered-writes-outlive-the-process.ts";
import { deletedStaysDeleted } from "./deleted-stays-deleted.ts";
import { bytesComeBackExactly } from "./bytes-come-back-exactly.ts";
import { buffersStayYours } from "./buffers-stay-yours.ts";
import { badArgumentsAreRefused } from "./bad-arguments-are-refused.ts";
import { closedMeansClosed } from "./closed-means-closed.ts";
import { oneOwnerAtATime } from "./one-owner-at-a-time.ts";
import { onlyTheDiskRemembers } from "./only-the-disk-remembers.ts";
import { ackedWritesSurvive } from "./acked-writes-survive.ts";
import { opensAfterAnyCrash } from "./opens-after-any-crash.ts";
import { writesGoOnAfterACrash } from "./writes-go-on-after-a-crash.ts";
import { noInventedValues } from "./no-invented-values.ts";
import { recoveryIsFinal } from "./recovery-is-final.ts";
import { callsLookSequential } from "./calls-look-sequential.ts";
import { racesSurviveAsAnswered } from "./races-survive-as-answered.ts";
import { seenIsSafe } from "./seen-is-safe.ts";
import { writersShareASync } from "./writers-share-a-sync.ts";
import { readsNeverWait } from "./reads-never-wait.ts";
import { everyCallIsAnswered } from "./every-call-is-answered.ts";
import { failedWritesAreNotAcknowledged } from "./failed-writes-are-not-acknowledged.ts";
import { shortReadsAreFinished } from "./short-reads-are-finished.ts";
import { rotIsRefused } from "./rot-is-refused.ts";
import { recoverySurvivesCrashes } from "./recovery-survives-crashes.ts";
import { directoryOrderIsNotAssumed } from "./directory-order-is-not-assumed.ts";
import { overloadIsRefused } from "./overload-is-refused.ts";
import { compactionChangesNoRead } from "./compaction-changes-no-read.ts";
import { compactionSurvivesCrashes } from "./compaction-survives-crashes.ts";
import { spaceIsBounded } from "./space-is-bounded.ts";
import { writesGoOnDuringCompaction } from "./writes-go-on-during-compaction.ts";
import { recoveryReadsWhatLives } from "./recovery-reads-what-lives.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "durable-kv/last-write-wins": lastWriteWins,
  "durable-kv/answered-writes-outlive-the-process": answeredWritesOutliveTheProcess,
  "durable-kv/deleted-stays-deleted": deletedStaysDeleted,
  "durable-kv/bytes-come-back-exactly": bytesComeBackExactly,
  "durable-kv/buffers-stay-yours": buffersStayYours,
  "durable-kv/bad-arguments-are-refused": badArgumentsAreRefused,
  "durable-kv/closed-means-closed": closedMeansClosed,
  "durable-kv/one-owner-at-a-time": oneOwnerAtATime,
  "durable-kv/only-the-disk-remembers": onlyTheDiskRemembers,
  "durable-kv/acked-writes-survive": ackedWritesSurvive,
  "durable-kv/opens-after-any-crash": opensAfterAnyCrash,
  "durable-kv/writes-go-on-after-a-crash": writesGoOnAfterACrash,
  "durable-kv/no-invented-values": noInventedValues,
  "durable-kv/recovery-is-final": recoveryIsFinal,
  "durable-kv/calls-look-sequential": callsLookSequential,
  "durable-kv/races-survive-as-answered": racesSurviveAsAnswered,
  "durable-kv/seen-is-safe": seenIsSafe,
  "durable-kv/writers-share-a-sync": writersShareASync,
  "durable-kv/reads-never-wait": readsNeverWait,
  "durable-kv/every-call-is-answered": everyCallIsAnswered,
  "durable-kv/failed-writes-are-not-acknowledged": failedWritesAreNotAcknowledged,
  "durable-kv/short-reads-are-finished": shortReadsAreFinished,
  "durable-kv/rot-is-refused": rotIsRefused,
  "durable-kv/recovery-survives-crashes": recoverySurvivesCrashes,
  "durable-kv/directory-order-is-not-assumed": directoryOrderIsNotAssumed,
  "durable-kv/overload-is-refused": overloadIsRefused,
  "durable-kv/compaction-changes-no-read": compactionChangesNoRead,
  "durable-kv/compaction-survives-crashes": compactionSurvivesCrashes,
  "durable-kv/space-is-bounded": spaceIsBounded,
  "durable-kv/writes-go-on-during-compaction": writesGoOnDuringCompaction,
  "durable-kv/recovery-reads-what-lives": recoveryReadsWhatLives,
};

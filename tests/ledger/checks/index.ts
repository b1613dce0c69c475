/** One experiment for each promise; complete by type. */
import type { Subject } from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { acceptedTransactionsTakeEffect } from "./accepted-transactions-take-effect.ts";
import { balancesKeepTheirLimits } from "./balances-keep-their-limits.ts";
import { whatIsNoTransactionIsRejected } from "./what-is-no-transaction-is-rejected.ts";
import { batchesAreAtomic } from "./batches-are-atomic.ts";
import { rulesAreAsked } from "./rules-are-asked.ts";
import { versionsCountCommits } from "./versions-count-commits.ts";
import { theLogIsTheOnlyMemory } from "./the-log-is-the-only-memory.ts";
import { metadataStaysAsRead } from "./metadata-stays-as-read.ts";
import { badArgumentsAreRefused } from "./bad-arguments-are-refused.ts";
import { oneWinnerAVersion } from "./one-winner-a-version.ts";
import { batchesAreJudgedWhereTheyLand } from "./batches-are-judged-where-they-land.ts";
import { aLostRaceIsRunAgain } from "./a-lost-race-is-run-again.ts";
import { retriesAreSpread } from "./retries-are-spread.ts";
import { anAbortedCommitEnds } from "./an-aborted-commit-ends.ts";
import { onlyWhatIsNewIsRead } from "./only-what-is-new-is-read.ts";
import { neverMoreInFlight } from "./never-more-in-flight.ts";
import { noSlotIsLost } from "./no-slot-is-lost.ts";
import { overloadIsRefused } from "./overload-is-refused.ts";
import { everyTaskSettlesOnce } from "./every-task-settles-once.ts";
import { slowRulesDecide } from "./slow-rules-decide.ts";
import { commitsKeepTheOrderOfCalls } from "./commits-keep-the-order-of-calls.ts";
import { aLostAnswerIsFoundOut } from "./a-lost-answer-is-found-out.ts";
import { unknownIsNotNo } from "./unknown-is-not-no.ts";
import { throttlingIsWaitedOut } from "./throttling-is-waited-out.ts";
import { oneEffectForAnId } from "./one-effect-for-an-id.ts";
import { anotherPayloadIsAConflict } from "./another-payload-is-a-conflict.ts";
import { crashesLoseNothing } from "./crashes-lose-nothing.ts";
import { waitingCommitsAreLimited } from "./waiting-commits-are-limited.ts";
import { threadsAnswerAlike } from "./threads-answer-alike.ts";
import { allWorkersWork } from "./all-workers-work.ts";
import { aLostWorkerLosesNoTask } from "./a-lost-worker-loses-no-task.ts";
import { commitsOutliveWorkers } from "./commits-outlive-workers.ts";
import { noWorkerIsLeft } from "./no-worker-is-left.ts";
import { countsAddUp } from "./counts-add-up.ts";
import { readersAgree } from "./readers-agree.ts";
import { batchAndStreamAgree } from "./batch-and-stream-agree.ts";
import { eachEffectExactlyOnce } from "./each-effect-exactly-once.ts";
import { poisonIsQuarantined } from "./poison-is-quarantined.ts";
import { aStreamDoesNotWait } from "./a-stream-does-not-wait.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "ledger/accepted-transactions-take-effect": acceptedTransactionsTakeEffect,
  "ledger/balances-keep-their-limits": balancesKeepTheirLimits,
  "ledger/what-is-no-transaction-is-rejected": whatIsNoTransactionIsRejected,
  "ledger/batches-are-atomic": batchesAreAtomic,
  "ledger/rules-are-asked": rulesAreAsked,
  "ledger/versions-count-commits": versionsCountCommits,
  "ledger/the-log-is-the-only-memory": theLogIsTheOnlyMemory,
  "ledger/metadata-stays-as-read": metadataStaysAsRead,
  "ledger/bad-arguments-are-refused": badArgumentsAreRefused,
  "ledger/one-winner-a-version": oneWinnerAVersion,
  "ledger/batches-are-judged-where-they-land": batchesAreJudgedWhereTheyLand,
  "ledger/a-lost-race-is-run-again": aLostRaceIsRunAgain,
  "ledger/retries-are-spread": retriesAreSpread,
  "ledger/an-aborted-commit-ends": anAbortedCommitEnds,
  "ledger/only-what-is-new-is-read": onlyWhatIsNewIsRead,
  "ledger/never-more-in-flight": neverMoreInFlight,
  "ledger/no-slot-is-lost": noSlotIsLost,
  "ledger/overload-is-refused": overloadIsRefused,
  "ledger/every-task-settles-once": everyTaskSettlesOnce,
  "ledger/slow-rules-decide": slowRulesDecide,
  "ledger/commits-keep-the-order-of-calls": commitsKeepTheOrderOfCalls,
  "ledger/a-lost-answer-is-found-out": aLostAnswerIsFoundOut,
  "ledger/unknown-is-not-no": unknownIsNotNo,
  "ledger/throttling-is-waited-out": throttlingIsWaitedOut,
  "ledger/one-effect-for-an-id": oneEffectForAnId,
  "ledger/another-payload-is-a-conflict": anotherPayloadIsAConflict,
  "ledger/crashes-lose-nothing": crashesLoseNothing,
  "ledger/waiting-commits-are-limited": waitingCommitsAreLimited,
  "ledger/threads-answer-alike": threadsAnswerAlike,
  "ledger/all-workers-work": allWorkersWork,
  "ledger/a-lost-worker-loses-no-task": aLostWorkerLosesNoTask,
  "ledger/commits-outlive-workers": commitsOutliveWorkers,
  "ledger/no-worker-is-left": noWorkerIsLeft,
  "ledger/counts-add-up": countsAddUp,
  "ledger/readers-agree": readersAgree,
  "ledger/batch-and-stream-agree": batchAndStreamAgree,
  "ledger/each-effect-exactly-once": eachEffectExactlyOnce,
  "ledger/poison-is-quarantined": poisonIsQuarantined,
  "ledger/a-stream-does-not-wait": aStreamDoesNotWait,
};

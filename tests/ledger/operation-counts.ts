/** What the code asks of the store and of its workers, counted: evidence for the score, never a verdict. */
import { seededRandom } from "#platform/random.ts";
import { createFlakyStore, type FlakyStore } from "#platform/testing/flaky-store.ts";
import { createFlakyWorkers } from "#platform/testing/flaky-workers.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import type { CommitValidator, Subject } from "#katas/ledger/contract.ts";
import type { LoadedSubject } from "../harness/check.ts";
import { levelOf } from "./ledger-experiment.ts";
import { open } from "./script.ts";
import { HastyClock, ledgerPrefix } from "./world.ts";

const commits = 50;
const tasks = 64;

export async function countOperations(
  subject: LoadedSubject<Subject>,
): Promise<Record<string, number>> {
  const exports = await subject.fresh();
  const store = createFlakyStore();
  const validator = validatorOn(exports, store, 1);
  let accounts = 0;
  const commit = (by: CommitValidator): Promise<unknown> =>
    by.commit({ transactions: [open(`account-${++accounts}`)] });
  for (let count = 0; count < commits; count++) await commit(validator);
  const { calls, puts } = store.counts;

  const reader = store.another();
  await validatorOn(exports, reader, 2).readMetadata();
  const callsOfFirstRead = reader.counts.calls;
  const counts = {
    callsPerCommitAlone: perCommit(calls),
    putsPerCommitAlone: perCommit(puts),
    callsToReadFiftyEntries: callsOfFirstRead,
  };
  if (levelOf(exports) < 5) return counts;
  return { ...counts, ...(await countMessages(exports)) };
}

async function countMessages({ createTaskPool }: Subject): Promise<Record<string, number>> {
  const workers = createFlakyWorkers({ handlers: { double: (input) => Number(input) * 2 } });
  const pool = createTaskPool({
    inFlightMax: 16,
    queueLengthMax: tasks,
    workers,
    workerCount: 2,
    clock: new ManualClock(),
  });
  await Promise.all(
    Array.from({ length: tasks }, (_, input) => pool.submit({ kind: "double", input })),
  );
  await pool.close();
  return { messagesFor64TasksOfNoTime: workers.counts.posts };
}

function validatorOn(exports: Subject, store: FlakyStore, seed: number): CommitValidator {
  return exports.createCommitValidator({
    store,
    prefix: ledgerPrefix,
    clock: new HastyClock(),
    random: seededRandom(seed),
  });
}

function perCommit(count: number): number {
  return Math.round((count / commits) * 100) / 100;
}

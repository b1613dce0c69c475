/** What the code asks of the disk, counted: evidence for the score, never a verdict. */
import type { MvccStore, Subject } from "#katas/mvcc-store/contract.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { GateKeeper, quiescence, stillness } from "#platform/testing/gates.ts";
import type { LoadedSubject } from "../harness/check.ts";
import { directory, emptyDisk } from "../harness/on-disk/disk-subject.ts";
import { Stage } from "../harness/on-disk/stage.ts";

const commitsAlone = 20;
const commitsTogether = 64;
const stepsMax = 100_000;

export async function countOperations(
  subject: LoadedSubject<Subject>,
): Promise<Record<string, number>> {
  if ((subject.exports.level ?? kata.levels.length) < kata.levels.length) return {};
  const { openMvccStore } = await subject.fresh();
  const gates = new GateKeeper();
  const port = new DiskPort(emptyDisk([directory]), gates);
  const store = await settle(gates, openMvccStore({ disk: port, directory }));
  const during = async (work: () => Promise<unknown>): Promise<typeof port.counts> => {
    const before = { ...port.counts };
    await settle(gates, work());
    const { calls, appends, syncs, directorySyncs, bytesRead, bytesAppended } = port.counts;
    return {
      calls: calls - before.calls,
      appends: appends - before.appends,
      syncs: syncs - before.syncs,
      directorySyncs: directorySyncs - before.directorySyncs,
      bytesRead: bytesRead - before.bytesRead,
      bytesAppended: bytesAppended - before.bytesAppended,
    };
  };
  const alone = await during(async () => {
    for (let number = 0; number < commitsAlone; number++) await commit(store, number);
  });
  const reads = await during(async () => {
    for (let number = 0; number < commitsAlone; number++) {
      const reader = store.begin();
      reader.get(`key-${number}`);
      await reader.commit();
    }
  });
  const together = await during(() =>
    Promise.all(Array.from({ length: commitsTogether }, (_, number) => commit(store, number))),
  );
  return {
    syncsPerCommit: alone.syncs / commitsAlone,
    appendsPerCommit: alone.appends / commitsAlone,
    bytesPerCommit: Math.round(alone.bytesAppended / commitsAlone),
    diskCallsPerReadOnlyTransaction: reads.calls / commitsAlone,
    syncsFor64CommitsTogether: together.syncs,
    appendsFor64CommitsTogether: together.appends,
  };
}

async function commit(store: MvccStore, number: number): Promise<void> {
  const writer = store.begin();
  writer.put(`key-${number}`, number);
  await writer.commit();
}

/** Syncs settle only when nothing else is pending. */
async function settle<Answer>(gates: GateKeeper, promise: Promise<Answer>): Promise<Answer> {
  let isSettled = false;
  const mark = (): void => {
    isSettled = true;
  };
  promise.then(mark, mark);
  const isDone = (): boolean => isSettled;
  for (let step = 0; step < stepsMax && !isDone(); step++) {
    await stillness();
    if (gates.pending.length > 0) gates.open(Stage.syncsLast(gates.pending));
    else await quiescence();
  }
  if (!isDone()) throw new Error("Expected every call to be answered, and one never was.");
  return promise;
}

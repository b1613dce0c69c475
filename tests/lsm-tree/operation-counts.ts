/**
 * What the tree asks of the disk, counted: evidence for the score, never a verdict.
 */
import type { Subject } from "#katas/lsm-tree/contract.ts";
import type { LoadedSubject } from "../harness/check.ts";
import { emptyDisk } from "../harness/on-disk/disk-subject.ts";
import { keyOf, Meter, putAll, shuffled } from "./metered.ts";
import { Script } from "./script.ts";

const puts = 2000;
const gets = 500;
const memtableThreshold = 250;

export async function countOperations(
  subject: LoadedSubject<Subject>,
): Promise<Record<string, number>> {
  const script = new Script({ subject, exports: await subject.fresh(), seed: 1 });
  const meter = new Meter(script, emptyDisk());
  const tree = await script.open({ memtableThreshold });
  await putAll(script, tree, shuffled(script, puts));
  await script.does("flush", () => tree.flush());
  await meter.rest();
  const { counts } = script.port;
  const written = { ...counts };
  const before = meter.now();
  for (let get = 0; get < gets; get++)
    await script.quietly("a get", () => tree.get(keyOf(script.random.below(puts))));
  const { reads, bytes } = meter.since(before);
  script.port.fence();
  return {
    syncsPerPut: rounded(written.syncs / puts),
    appendsPerPut: rounded(written.appends / puts),
    bytesAppendedPerPut: rounded(written.bytesAppended / puts),
    directorySyncsPerMemtable: rounded(written.directorySyncs / (puts / memtableThreshold)),
    readsPerGet: rounded(reads / gets),
    bytesReadPerGet: rounded(bytes / gets),
  };
}

function rounded(count: number): number {
  return Math.round(count * 100) / 100;
}

/**
 * Many clients append to lists and read them, all at once; no history may show what snapshot isolation excludes.
 * Whoever has come to the disk is also asked while commits wait for it.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { crowdExperiment, drawCrowd } from "../crowd.ts";
import { crowdOnDisk, isOfConflicts } from "../durable/crowd-on-disk.ts";
import { drawKeys } from "../workload.ts";

const promise = "mvcc-store/crowds-see-snapshots";
const model = "snapshot-isolation";

const inMemory = crowdExperiment({
  promise,
  model,
  histories: 200,
  always: [],
  draw: (random, round) =>
    drawCrowd(random, {
      clients: 2 + (round % 7),
      transactions: 6 + random.below(24),
      keys: drawKeys(random, 2 + random.below(4), false),
      calls: 5,
      serializable: round % 3 === 2 ? 5 : 0,
      readers: 3,
      ranges: 2,
      rollbacks: 1,
    }),
});

export const crowdsSeeSnapshots = together(promise, kata.version, [
  inMemory,
  crowdOnDisk({ promise, model, histories: 60, wants: (kind) => !isOfConflicts(kind) }),
]);

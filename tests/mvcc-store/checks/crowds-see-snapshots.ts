/** Many clients append to lists and read them, all at once; no history may show what snapshot isolation excludes. */
import { crowdExperiment, drawCrowd } from "../crowd.ts";
import { drawKeys } from "../workload.ts";

export const crowdsSeeSnapshots = crowdExperiment({
  promise: "mvcc-store/crowds-see-snapshots",
  model: "snapshot-isolation",
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

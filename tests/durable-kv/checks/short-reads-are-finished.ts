import { compacting } from "../adapter.ts";
import { hunting } from "../searches.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";

export const shortReadsAreFinished = hunting({
  promise: "durable-kv/short-reads-are-finished",
  hunt: {
    wants: ["lost", "invented", "refused"],
    phases: ["crash"],
    names: "core",
    live: liveHistory,
    crashesAt: ({ history }) => history.calls.every((call) => call.answeredAt !== null),
  },
  cases: 24,
  draw: (random, index) => ({
    clients: oneClient(random, {
      operations: 6,
      keys: ["a", "b"],
      gets: 0.2,
      deletes: 0.2,
      others: compacting(index % 3 === 2 ? 0.3 : 0),
      sizes: [4, 40, 300, 5000],
    }),
    ...(index % 3 === 2 ? { options: { segmentBytesMax: 1024 } } : {}),
    faults: { shortReads: index },
    recoveryFaults: { shortReads: index },
    sectorBytes: sectorOf(index),
  }),
});

import { hunting } from "../searches.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";

export const lastWriteWins = hunting({
  promise: "durable-kv/last-write-wins",
  hunt: { wants: [], phases: [], names: "core", live: liveHistory },
  cases: 60,
  draw: (random, index) => ({
    clients: oneClient(random, {
      operations: 14,
      keys: ["a", "b", "ab", "c"].slice(0, 2 + (index % 3)),
      gets: 0.4,
      deletes: 0.2,
      sizes: [4, 10, 40],
    }),
    sectorBytes: sectorOf(index),
  }),
});

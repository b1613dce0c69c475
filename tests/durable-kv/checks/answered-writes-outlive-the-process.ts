import { isWrite } from "../history.ts";
import { hunting, oneClient, sectorOf } from "../hunting.ts";
import { lastAnsweredWrite } from "../live.ts";

export const answeredWritesOutliveTheProcess = hunting({
  promise: "durable-kv/answered-writes-outlive-the-process",
  hunt: {
    wants: ["lost", "invented", "refused"],
    phases: ["crash"],
    names: "core",
    killsOnly: true,
    concerns: (history, key) => lastAnsweredWrite(history, key)?.operation.kind !== "delete",
    missing: ({ history }) => (history.calls.some(({ operation }) => isWrite(operation)) ? null : "nothing was written"),
  },
  cases: 16,
  draw: (random, index) => ({
    clients: oneClient(random, { operations: 8, keys: ["a", "b"], gets: 0.1, deletes: 0.15, sizes: [4, 10, 40, 300] }),
    closes: index % 2 === 0,
    sectorBytes: sectorOf(index),
  }),
});

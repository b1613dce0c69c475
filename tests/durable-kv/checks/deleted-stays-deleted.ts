import { hunting } from "../searches.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { lastAnsweredWrite } from "../../harness/key-value/live.ts";

export const deletedStaysDeleted = hunting({
  promise: "durable-kv/deleted-stays-deleted",
  hunt: {
    wants: ["lost", "invented", "hidden"],
    phases: ["crash", "second life"],
    names: "core",
    killsOnly: true,
    concerns: (history, key) => lastAnsweredWrite(history, key)?.operation.kind === "delete",
    missing: ({ history }) =>
      history.calls.some(({ operation }) => operation.kind === "delete")
        ? null
        : "nothing was deleted",
  },
  cases: 16,
  always: [
    {
      clients: [
        [
          { kind: "put", key: "a", value: 1, size: 4 },
          { kind: "delete", key: "a" },
        ],
      ],
      sectorBytes: 32,
    },
  ],
  draw: (random, index) => ({
    // In the next life, what an earlier one wrote is deleted.
    second: [
      { kind: "delete", key: "a" },
      { kind: "delete", key: "b" },
    ],
    thinning: 3,
    clients: oneClient(random, {
      operations: 8,
      keys: ["a", "b"],
      gets: 0,
      deletes: 0.45,
      sizes: [4, 10],
    }),
    closes: index % 2 === 0,
    sectorBytes: sectorOf(index),
  }),
});

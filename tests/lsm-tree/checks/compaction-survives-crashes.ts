/**
 * Small memtables, compactions that are called for and those that are not, and every crash; any single name may be
 * missing while the others are there.
 */
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Phase } from "../../harness/check.ts";
import { together } from "../../harness/experiment.ts";
import { manyClients, oneClient, secondLife } from "../../harness/key-value/hunting.ts";
import type { Operation } from "../../harness/key-value/workload.ts";
import { compacting, flushing } from "../adapter.ts";
import { thinningOf } from "../crash-cases.ts";
import { hunting, livesOf } from "../searches.ts";

const promise = "lsm-tree/compaction-survives-crashes";
const keys = ["a", "b", "c"];
const compact: Operation = { kind: "compact" };

/** Each case looks at crashes; in turn they look at what may come after one. */
function phasesOf(index: number): Phase[] {
  const later: Phase[] = [
    "second life",
    "kill, then power cut",
    "second crash",
    "crash in recovery",
  ];
  return ["crash", later[index % later.length] ?? "second crash"];
}

export const compactionSurvivesCrashes = together(promise, kata.version, [
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused", "hidden", "unsettled"],
      phases: ["crash", "second life", "second crash", "kill, then power cut", "crash in recovery"],
      names: "strict",
    },
    cases: 7,
    always: [
      {
        clients: [
          [
            { kind: "put", key: "a", value: 1, size: 100 },
            { kind: "put", key: "b", value: 2, size: 100 },
            { kind: "flush" },
            { kind: "delete", key: "a" },
            { kind: "put", key: "b", value: 3, size: 100 },
            compact,
            { kind: "put", key: "c", value: 4, size: 100 },
          ],
        ],
        second: [...secondLife(keys), compact],
        phases: ["crash", "second life"],
        thinning: 24,
        options: { memtableThreshold: 10 },
        sectorBytes: 64,
      },
    ],
    draw: (random, index) => {
      const shared = {
        second: [...secondLife(keys), compact],
        phases: phasesOf(index),
        thinning: 2 * thinningOf(phasesOf(index)),
        options: {
          memtableThreshold: 1 + (index % 2),
          compaction: index % 4 < 2 ? ("leveled" as const) : ("size-tiered" as const),
        },
        sectorBytes: 64,
      };
      const sizes = [20, 100];
      if (index % 3 !== 2) {
        // Every second one is merged only where the tree itself sees fit.
        const others = [flushing(0.1), ...(index % 2 === 0 ? [compacting(0.12)] : [])];
        const mix = { operations: 9, keys, gets: 0, deletes: 0.3, others, sizes };
        const [operations = []] = oneClient(random, mix);
        if (index % 2 === 0) operations.splice(4 + (index % 4), 0, compact);
        return { clients: [operations], ...shared };
      }
      const clients = manyClients(random, 2, { operations: 4, keys, gets: 0, deletes: 0.3, sizes });
      clients.push([compact, compact]);
      return { clients, draw: { index, seed: random.below(1_000_000) }, ...shared };
    },
  }),
  // After a kill a recovery has read names that no sync covers yet, and each of its own may be missing too.
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused"],
      phases: ["crash in recovery"],
      names: "strict",
      killsBeforeRecovery: true,
    },
    cases: 4,
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 7,
        keys,
        gets: 0,
        deletes: 0.3,
        others: [flushing(0.15), compacting(0.25)],
        sizes: [20, 100],
      }),
      thinning: 3,
      options: { memtableThreshold: 1 + (index % 2) },
      sectorBytes: 64,
    }),
  }),
  ...(["leveled", "size-tiered"] as const).map((compaction) =>
    livesOf({
      promise,
      crash: "power cut",
      deletes: 0.3,
      names: "strict",
      cases: 26,
      others: [compacting(0.3), flushing(0.1)],
      sizes: [20, 100],
      options: { memtableThreshold: 1, compaction },
    }),
  ),
]);

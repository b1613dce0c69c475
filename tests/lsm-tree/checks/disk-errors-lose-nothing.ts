/**
 * One thing goes wrong in the first life: a sync, a directory's sync, any one call, an append that finds no room. What
 * was answered before and after must survive every crash, and the next life must go on. Then the same in recoveries.
 */
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import { together } from "../../harness/experiment.ts";
import { manyClients, oneClient, secondLife, sectorOf } from "../../harness/key-value/hunting.ts";
import { compacting, flushing } from "../adapter.ts";
import { liveWithRanges } from "../range-judgement.ts";
import { hunting } from "../searches.ts";

const promise = "lsm-tree/disk-errors-lose-nothing";

const faults: readonly Faults[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((failSync) => ({ failSync })),
  ...[0, 1, 2, 3].map((failDirectorySync) => ({ failDirectorySync })),
  ...[1, 2, 3, 4, 5, 6].flatMap((append) => [
    { fullDisk: { append, appends: 1, bytesKept: (append * 7) % 30 } },
    { fullDisk: { append, appends: 1000, bytesKept: (append * 11) % 50 } },
  ]),
  ...Array.from({ length: 16 }, (_, index) => ({ failCall: 6 + index * 2 })),
];

const keys = ["a", "b"];

export const diskErrorsLoseNothing = together(promise, kata.version, [
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
      phases: ["crash", "second life", "kill, then power cut"],
      names: "core",
      live: liveWithRanges,
      missing: ({ port }) => (port.faulted ? null : "the call that was to fail was never made"),
    },
    cases: Math.round(faults.length * 1.2),
    draw: (random, index) => {
      const mix = {
        operations: 7 + (index % 3),
        keys,
        gets: 0.2,
        deletes: 0.15,
        others: [flushing(0.1), compacting(0.1)],
        sizes: [4, 12, 40, 90],
      };
      const isConcurrent = index >= faults.length && index % 2 === 1;
      return {
        clients: isConcurrent
          ? manyClients(random, 3, { ...mix, operations: 3 })
          : oneClient(random, mix),
        ...(isConcurrent ? { draw: { index, seed: random.below(1_000_000) } } : {}),
        options: {
          memtableThreshold: 1 + (index % 3),
          // A lone client is never one too many, unless failed writes go on being counted.
          ...(isConcurrent ? {} : { writersWaitingMax: 2 }),
        },
        second: secondLife(keys),
        closes: true,
        thinning: 18,
        phases: ["crash", index % 2 === 0 ? "second life" : "kill, then power cut"],
        faults: faults[index % faults.length] ?? {},
        sectorBytes: sectorOf(index),
      };
    },
  }),
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused"],
      phases: ["crash in recovery"],
      names: "core",
      errorsInRecovery: true,
      crashesAt: ({ step }) => step % 3 === 0,
    },
    cases: 4,
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 5,
        keys,
        gets: 0,
        deletes: 0.2,
        others: [flushing(0.2), compacting(0.1)],
        sizes: [4, 40],
      }),
      options: { memtableThreshold: 1 + (index % 2) },
      thinning: 32,
      sectorBytes: sectorOf(index),
    }),
  }),
]);

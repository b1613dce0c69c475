/**
 * One thing goes wrong in the first life: a sync, a directory's sync, an append that finds no room. What
 * was answered before and after must survive every crash, and the next life must go on.
 */
import type { Faults } from "#platform/testing/disk-port.ts";
import { hunting } from "../searches.ts";
import { manyClients, oneClient, secondLife, sectorOf } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";

const faults: readonly Faults[] = [
  ...[0, 1, 2, 3, 4].map((failSync) => ({ failSync })),
  ...[0, 1, 2, 3].flatMap((append) =>
    [0, 1, 9, 21, 1000].flatMap((bytesKept) => [
      { fullDisk: { append, appends: 1, bytesKept } },
      { fullDisk: { append, appends: 1000, bytesKept } },
    ]),
  ),
  { failDirectorySync: 0 },
  ...[6, 7, 8, 9, 10, 11, 12].map((failCall) => ({ failCall })),
];

const keys = ["a", "b"];

export const failedWritesAreNotAcknowledged = hunting({
  promise: "durable-kv/failed-writes-are-not-acknowledged",
  hunt: {
    wants: ["lost", "invented", "refused", "seen", "hidden", "unsettled"],
    phases: ["crash", "second life", "kill, then power cut"],
    names: "core",
    live: liveHistory,
    missing: ({ port }) => (port.faulted ? null : "the call that was to fail was never made"),
  },
  cases: faults.length * 5,
  draw: (random, index) => {
    const mix = {
      operations: 5 + (index % 3),
      keys,
      gets: 0.2,
      deletes: 0.15,
      sizes: [4, 12, 40, 90],
    };
    const isConcurrent = index >= faults.length && index % 2 === 1;
    return {
      clients: isConcurrent
        ? manyClients(random, 3, { ...mix, operations: 3 })
        : oneClient(random, mix),
      // A lone client is never one too many, unless failed writes go on being counted.
      ...(isConcurrent
        ? { draw: { index, seed: random.below(1_000_000) } }
        : { options: { writersWaitingMax: 2 } }),
      second: secondLife(keys),
      closes: true,
      thinning: 4,
      faults: faults[index % faults.length] ?? {},
      sectorBytes: sectorOf(index),
    };
  },
});

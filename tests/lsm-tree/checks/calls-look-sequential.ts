/**
 * Live only: thousands of cheap schedules, with memtables so small that they become tables all the time; by gates, for
 * trees that wait for the disk, and by microtasks, for those that wait for themselves.
 */
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { crowd } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";
import type { Operation } from "../../harness/key-value/workload.ts";
import { flushing, type Options } from "../adapter.ts";
import { bursts } from "../bursts.ts";
import { hunting } from "../searches.ts";

const promise = "lsm-tree/calls-look-sequential";

function overlapping(random: Random, index: number): { clients: Operation[][]; options: Options } {
  const clients = crowd(random, index, {
    keys: ["a", "b", "c"].slice(0, 1 + (index % 3)),
    gets: 0.4,
    deletes: 0.15,
    others: [flushing(0.1)],
    sizes: [4],
  });
  // Somebody writes early, so that later gets have something to miss.
  clients[0]?.unshift({ kind: "put", key: "a", value: 90, size: 4 });
  return { clients, options: { memtableThreshold: 1 + random.below(3) } };
}

export const callsLookSequential = together(promise, kata.version, [
  bursts({ promise, cases: 450, draw: overlapping, judge: liveHistory }),
  hunting({
    promise,
    hunt: { wants: [], phases: [], names: "core", hang: "tolerated", live: liveHistory },
    cases: 140,
    draw: (random, index) => ({
      ...overlapping(random, index),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: 32,
    }),
  }),
]);

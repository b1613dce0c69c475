/**
 * Live only: thousands of cheap schedules, with memtables so small that they become tables all the time; by gates, for
 * trees that wait for the disk, and by microtasks, for those that wait for themselves.
 */
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { crowd } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";
import type { Operation } from "../../harness/key-value/workload.ts";
import { flushing, type Options } from "../adapter.ts";
import { bursts } from "../bursts.ts";
import { type Script, scripted } from "../script.ts";
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
  scripted(promise, { "two trees in one process": twoTrees }),
]);

/** Calls of one tree overlap those of another, and have nothing to do with them. */
async function twoTrees(script: Script): Promise<void> {
  const keys = ["a", "b", "c", "d", "e"];
  const options = { memtableThreshold: 3 };
  const places = [undefined, "other"] as const;
  const nameOf = (place: string | undefined, round: number): string => `${place ?? "one"} ${round}`;
  const trees = [await script.open(options), await script.open(options, "other")];
  const show = async (shown: readonly LsmTree[], round: number): Promise<void> => {
    for (const [index, tree] of shown.entries())
      for (const key of keys) {
        // Each tree has deleted another key.
        const isGone = key === keys[index + 1];
        await script.shows(tree, key, isGone ? undefined : nameOf(places[index], round));
      }
  };
  const rounds = 3;
  for (let round = 1; round <= rounds; round++) {
    await script.does("puts through both trees, called together", () =>
      Promise.all(
        keys.flatMap((key) =>
          trees.map((tree, index) => tree.put(key, nameOf(places[index], round))),
        ),
      ),
    );
    await script.does("a delete and a flush through each, called together", () =>
      Promise.all(
        trees.flatMap((tree, index) => [tree.delete(keys[index + 1] ?? ""), tree.flush()]),
      ),
    );
    await show(trees, round);
  }
  if (script.level < 3) return;
  await script.kill();
  await show([await script.open(options), await script.open(options, "other")], rounds);
}

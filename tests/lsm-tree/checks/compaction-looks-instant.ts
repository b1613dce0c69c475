/**
 * Clients read, write and tell ranges while others compact and memtables become tables all the time; ordered by gates and
 * by microtasks. No order of the calls may be impossible, and no read may find its table gone.
 */
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { manyClients } from "../../harness/key-value/hunting.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import type { Operation } from "../../harness/key-value/workload.ts";
import { flushing, type Options, ranging } from "../adapter.ts";
import { bursts } from "../bursts.ts";
import { liveWithRanges } from "../range-judgement.ts";
import { Meter } from "../metered.ts";
import { Model } from "../model.ts";
import { type Script, scripted } from "../script.ts";
import { hunting } from "../searches.ts";
import { holdsAtMost } from "../space.ts";

const promise = "lsm-tree/compaction-looks-instant";
const compact: Operation = { kind: "compact" };

function overlapping(random: Random, index: number): { clients: Operation[][]; options: Options } {
  const clients = manyClients(random, 2 + (index % 2), {
    operations: 3 + (index % 3),
    keys: ["a", "b", "c"].slice(0, 2 + (index % 2)),
    gets: 0.25,
    deletes: 0.2,
    others: [ranging(0.15), flushing(0.08)],
    sizes: [4, 40],
  });
  // Tables to merge, from the beginning.
  clients[0]?.unshift(
    { kind: "put", key: "a", value: 90, size: 4 },
    { kind: "put", key: "b", value: 91, size: 4 },
    { kind: "delete", key: "a" },
  );
  // Every third one is merged only where the tree itself sees fit.
  if (index % 3 !== 2) clients.push([compact, compact].slice(index % 2));
  return {
    clients,
    options: {
      memtableThreshold: 1 + (index % 2),
      compaction: index % 4 < 2 ? "leveled" : "size-tiered",
    },
  };
}

export const compactionLooksInstant = together(promise, kata.version, [
  bursts({ promise, cases: 240, draw: overlapping, judge: liveWithRanges }),
  hunting({
    promise,
    hunt: { wants: [], phases: [], names: "core", hang: "broken", live: liveWithRanges },
    cases: 130,
    draw: (random, index) => ({
      ...overlapping(random, index),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: 32,
    }),
  }),
  scripted(promise, { "compact is called while another compact runs": calledMeanwhile }),
]);

/** Whether they share their work or not, what was deleted before the second call is gone after its answer. */
async function calledMeanwhile(script: Script): Promise<void> {
  const meter = new Meter(script, emptyDisk());
  const keys = Array.from({ length: 120 }, (_, index) => `key ${index}`);
  const tree = await script.open({ memtableThreshold: 200 });
  for (const round of ["first", "second"])
    await script.does(`the ${round} puts of ${keys.length} keys, and a flush`, async () => {
      for (const key of keys) await tree.put(key, round.padEnd(4000));
      await tree.flush();
    });
  await script.does("compact, meanwhile deletes of all of them, then compact again", async () => {
    const first = tree.compact();
    await Promise.all(keys.map((key) => tree.delete(key)));
    await Promise.all([first, tree.compact()]);
  });
  await holdsAtMost(script, meter, new Model());
  await script.ranges(tree, {}, []);
}

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
  bursts({
    promise,
    cases: 240,
    // A read of several pieces is under way while its table goes.
    draw: (random, index) => ({
      ...overlapping(random, index),
      ...(index % 5 < 2 ? { shortReads: index } : {}),
    }),
    judge: liveWithRanges,
  }),
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
  scripted(promise, {
    "compact is called while another compact runs": calledMeanwhile,
    "gets all the while that compact runs": readMeanwhile,
  }),
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

/** At any moment at which a table goes, some get has read a part of what it needs. */
async function readMeanwhile(script: Script): Promise<void> {
  const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
  const valueOf = (key: string): string => `${key}: `.padEnd(500, key);
  script.nextDisk(emptyDisk(), { shortReads: 1 });
  script.tell("the disk", "reads return fewer bytes than asked");
  const tree = await script.open({ memtableThreshold: 40 });
  await script.does(`puts of ${keys.length} keys, twice, and a flush`, async () => {
    for (let round = 0; round < 2; round++)
      for (const key of keys) await tree.put(key, valueOf(key));
    await tree.flush();
  });
  for (let time = 0; time < 3; time++) {
    const what = "compact, and gets until it is over";
    const wrong = await script.does(what, async () => {
      // Something to merge.
      for (const key of keys.slice(0, 10)) await tree.put(key, valueOf(key));
      const compaction = { isRunning: true };
      const compacted = tree.compact().finally(() => (compaction.isRunning = false));
      const missed = new Set<string>();
      for (let round = 1; compaction.isRunning; round++) {
        const asked = keys.filter((_, index) => index % 10 === round % 10);
        const values = await Promise.all(asked.map((key) => tree.get(key)));
        for (const [index, key] of asked.entries())
          if (values[index] !== valueOf(key)) missed.add(key);
        // Whoever merges in turns of its own gets one now and then, and whoever does not ends within one.
        if (round % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await compacted;
      return missed;
    });
    for (const key of wrong)
      script.broken(
        `get ${key}`,
        "answered another value while compact ran",
        `get ${key} must answer the only value that was ever put while compact runs.`,
      );
  }
}

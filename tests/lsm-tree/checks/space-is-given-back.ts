import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { outcomeOf } from "../../harness/life.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { Meter } from "../metered.ts";
import { Model } from "../model.ts";
import { type Script, scripted } from "../script.ts";
import { holdsAtMost } from "../space.ts";

interface Workout {
  keys: number;
  rounds: number;
  valueBytes: number;
  /** This share of the keys is deleted at the end. */
  deleted: number;
  options: Pick<LsmTreeOptions, "memtableThreshold" | "compaction">;
}

const workouts: Readonly<Record<string, Workout>> = {
  "few keys overwritten often": {
    keys: 5,
    rounds: 500,
    valueBytes: 400,
    deleted: 0,
    options: { memtableThreshold: 4 },
  },
  "thousands of keys, half of them deleted": {
    keys: 3000,
    rounds: 2,
    valueBytes: 100,
    deleted: 0.5,
    options: { memtableThreshold: 300, compaction: "size-tiered" },
  },
  "everything deleted": {
    keys: 1000,
    rounds: 3,
    valueBytes: 300,
    deleted: 1,
    options: { memtableThreshold: 100 },
  },
  "everything deleted, size-tiered": {
    keys: 1000,
    rounds: 3,
    valueBytes: 300,
    deleted: 1,
    options: { memtableThreshold: 100, compaction: "size-tiered" },
  },
  "large values": {
    keys: 12,
    rounds: 8,
    valueBytes: 60_000,
    deleted: 0.25,
    options: { memtableThreshold: 5 },
  },
  "a memtable that was never full": {
    keys: 300,
    rounds: 10,
    valueBytes: 200,
    deleted: 0.5,
    options: {},
  },
};

export const spaceIsGivenBack = scripted("lsm-tree/space-is-given-back", {
  ...Object.fromEntries(
    Object.entries(workouts).map(([name, workout]) => [
      name,
      (script: Script) => measure(script, workout),
    ]),
  ),
  "one compaction after another": measureAfterEach,
  "deletes of all keys after a compaction": deletesAfterCompact,
  "a compaction in which a sync fails": syncFailsInCompact,
  "deletes of long keys that were never there": deletesAlone,
  "tables of iterations that are read to the end": (script) => afterIterations(script, "end"),
  "tables of iterations that are left": (script) => afterIterations(script, "left"),
});

async function measure(script: Script, workout: Workout): Promise<void> {
  const { keys, rounds, valueBytes, deleted, options } = workout;
  const meter = new Meter(script, emptyDisk());
  const model = new Model();
  const tree = await script.open(options);
  for (let round = 0; round < rounds; round++)
    await putEach(script, tree, model, { keys, size: valueBytes, round });
  script.tell(`${rounds} rounds of puts to ${keys} keys of ${valueBytes} bytes`, "answered ok");
  const gone = Math.floor(keys * deleted);
  if (gone > 0)
    await script.does(`deletes of ${gone} keys`, async () => {
      for (let key = 0; key < gone; key++) {
        await tree.delete(`key ${key}`);
        model.set(`key ${key}`, undefined);
      }
    });
  await script.does("compact", () => tree.compact());
  await holdsAtMost(script, meter, model);
  await script.ranges(tree, {}, model.range());
}

async function putEach(
  script: Script,
  tree: LsmTree,
  model: Model,
  { keys, size, round }: { keys: number; size: number; round: number },
): Promise<void> {
  await script.quietly("a put", async () => {
    for (let key = 0; key < keys; key++) {
      const value = `${round}.${key}:`.padEnd(size, "x");
      await tree.put(`key ${key}`, value);
      model.set(`key ${key}`, value);
    }
  });
}

async function measureAfterEach(script: Script): Promise<void> {
  const meter = new Meter(script, emptyDisk());
  const model = new Model();
  const tree = await script.open({ memtableThreshold: 8 });
  for (let round = 0; round < 8; round++) {
    for (let time = 0; time < 5; time++)
      await putEach(script, tree, model, { keys: 20, size: 2000, round: round * 5 + time });
    script.tell("5 puts of 2000 bytes to each of 20 keys", "answered ok");
    await script.does("compact", () => tree.compact());
    await holdsAtMost(script, meter, model);
  }
}

/** The second compaction has nothing to merge but what no table has seen yet. */
async function deletesAfterCompact(script: Script): Promise<void> {
  const keys = 60;
  const meter = new Meter(script, emptyDisk());
  const tree = await script.open({ memtableThreshold: 2 * keys });
  await putEach(script, tree, new Model(), { keys, size: 4000, round: 0 });
  script.tell(`puts of ${keys} keys of 4000 bytes`, "answered ok");
  await script.does("compact", () => tree.compact());
  await script.does("deletes of all of them", async () => {
    for (let key = 0; key < keys; key++) await tree.delete(`key ${key}`);
  });
  await script.does("compact", () => tree.compact());
  await holdsAtMost(script, meter, new Model());
}

/** A compaction that could not be finished rejects; one that is answered has been done, also after one that failed. */
async function syncFailsInCompact(script: Script): Promise<void> {
  const keys = 60;
  for (let failSync = 0; failSync < 6; failSync++) {
    const meter = new Meter(script, emptyDisk());
    const tree = await script.open({ memtableThreshold: 2 * keys });
    await putEach(script, tree, new Model(), { keys, size: 4000, round: 0 });
    await script.does(`flush of ${keys} keys of 4000 bytes`, () => tree.flush());
    await script.does("deletes of all of them", async () => {
      for (let key = 0; key < keys; key++) await tree.delete(`key ${key}`);
    });
    await meter.rest();
    script.port.faults = { failSync: script.port.counts.syncs + failSync };
    script.tell(`sync ${failSync + 1} from here`, "will fail");
    for (const what of ["compact", "compact once more"]) {
      const compacted = await outcomeOf(tree.compact());
      if (compacted.how === "hung") script.hung(`${what} was never answered`);
      script.tell(what, compacted.how);
      if (compacted.how === "resolved") await holdsAtMost(script, meter, new Model());
    }
    if (!script.port.faulted) return;
  }
}

/** One table of tombstones, with none below: nothing of it is needed. */
async function deletesAlone(script: Script): Promise<void> {
  const meter = new Meter(script, emptyDisk());
  const tree = await script.open();
  await script.does("deletes of 300 keys of 1000 bytes", async () => {
    for (let key = 0; key < 300; key++) await tree.delete(`key ${key}`.padEnd(1000, "x"));
  });
  await script.does("compact", () => tree.compact());
  await holdsAtMost(script, meter, new Model());
}

/** What an iteration holds on to comes back with the next compaction after its end. */
async function afterIterations(script: Script, how: "end" | "left"): Promise<void> {
  const meter = new Meter(script, emptyDisk());
  const model = new Model();
  const tree = await script.open({ memtableThreshold: 10 });
  const size = { keys: 50, size: 4000 };
  const iterators: AsyncIterator<Entry>[] = [];
  for (let round = 0; round < 4; round++) {
    await putEach(script, tree, model, { ...size, round });
    const iterator = tree.range()[Symbol.asyncIterator]();
    iterators.push(iterator);
    await script.does("the first next of a range", () => iterator.next());
    await script.does("compact", () => tree.compact());
  }
  await script.does(`all ranges are ${how === "end" ? "read to the end" : "left"}`, async () => {
    for (const iterator of iterators) {
      if (how === "left") await iterator.return?.();
      else while ((await iterator.next()).done !== true);
    }
  });
  await script.does("compact", () => tree.compact());
  await holdsAtMost(script, meter, model);
  await script.ranges(tree, {}, model.range());
}

/**
 * What the two strategies of merging cost and give: 51,200 puts to 6,400 keys, by chance and evenly spread. Space is
 * measured whenever writing pauses; appended bytes and the reads of short ranges after the last put.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { emptyDisk } from "../harness/on-disk/disk-subject.ts";
import { entriesOf } from "./adapter.ts";
import { isAtMost } from "./eight-tables.ts";
import { keyOf, Meter, valueOf } from "./metered.ts";
import { Model } from "./model.ts";
import { firstDifference, type Script } from "./script.ts";

export interface Bounds {
  compaction: NonNullable<LsmTreeOptions["compaction"]>;
  /** Space as a multiple of what lives, besides the room. */
  space: number;
  /** Bytes appended to files, as a multiple of what came in. */
  appended: number;
  /** Reads of a range of ten entries. */
  reads: number;
}

const memtableThreshold = 100;
const keys = 6400;
const pauses = 8;
const valueBytes = 100;
const callsTogether = 64;
const overheadBytes = 64;
const roomBytes = 128 * 1024;
const rangesBefore = 50;
const ranges = 200;
const rangeLength = 10;

export async function keepsItsBounds(script: Script, bounds: Bounds): Promise<void> {
  const { compaction } = bounds;
  const options = { memtableThreshold, compaction };
  const writing = new Meter(script, emptyDisk());
  // Leveled is what nobody has to ask for.
  const tree = await script.open(compaction === "leveled" ? { memtableThreshold } : options);
  const newest = new Map<number, number>();
  for (let pause = 1; pause <= pauses; pause++) {
    await script.quietly("a put", async () => {
      for (let put = 0; put < keys; put += callsTogether)
        await putTogether(script, tree, newest, put + (pause - 1) * keys);
    });
    await writing.rest();
    const live = newest.size * (keyOf(0).length + valueBytes + overheadBytes);
    const held = [...script.port.state.sizes().values()].reduce((sum, size) => sum + size, 0);
    const what = `Space after ${pause * keys} puts`;
    isAtMost(script, what, held, bounds.space * live + roomBytes, "bytes");
  }
  const { bytesAppended } = script.port.counts;
  const cameIn = pauses * keys * (keyOf(0).length + valueBytes + overheadBytes);
  isAtMost(script, "Bytes appended to files", bytesAppended, bounds.appended * cameIn, "bytes");

  await script.does("close", () => tree.close());
  await script.newProcess();
  const meter = new Meter(script, script.port.state.copy());
  const reopened = await script.open(options);
  const model = new Model();
  for (const [key, version] of newest) model.set(keyOf(key), valueOf(version, valueBytes));
  for (let range = 0; range < rangesBefore; range++) await readTen(script, reopened, model);
  const before = meter.now();
  for (let range = 0; range < ranges; range++) await readTen(script, reopened, model);
  const { reads } = meter.since(before);
  isAtMost(script, "A short range on average", reads / ranges, bounds.reads, "reads");
}

/** Puts that are called together, or one after the other where one call is made at a time. */
async function putTogether(
  script: Script,
  tree: LsmTree,
  newest: Map<number, number>,
  firstVersion: number,
): Promise<void> {
  const puts: Promise<void>[] = [];
  for (let version = firstVersion; version < firstVersion + callsTogether; version++) {
    const key = script.random.below(keys);
    newest.set(key, version);
    const put = tree.put(keyOf(key), valueOf(version, valueBytes));
    if (script.takesOneCallAtATime) await put;
    else puts.push(put);
  }
  await Promise.all(puts);
}

async function readTen(script: Script, tree: LsmTree, model: Model): Promise<void> {
  const all = model.range();
  const first = script.random.below(all.length - rangeLength);
  const expected = all.slice(first, first + rangeLength);
  const bounds = { start: all[first]?.[0], end: all[first + rangeLength]?.[0] };
  const read = await script.quietly("a range", () =>
    entriesOf(tree.range(bounds.start, bounds.end)),
  );
  if (firstDifference(read, expected) !== -1) await script.ranges(tree, bounds, expected);
}

/**
 * The tree of which level 4 counts the reads: 20,000 entries in eight tables, closed, opened again and warmed up.
 */
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { emptyDisk } from "../harness/on-disk/disk-subject.ts";
import {
  absentKeyAfter,
  keyOf,
  Meter,
  putAll,
  type Readings,
  shuffled,
  valueOf,
} from "./metered.ts";
import type { Script } from "./script.ts";

export const entries = 20_000;
const memtableThreshold = 2500;
const warmUpGets = 100;

export interface Opened {
  tree: LsmTree;
  meter: Meter;
  /** From the call of openLsmTree to the answer to the last get of the warm-up. */
  warmUp: Readings;
}

export async function eightTables(
  script: Script,
  order: "by chance" | "ascending",
): Promise<Opened> {
  const numbers = order === "ascending" ? Array(entries).keys() : shuffled(script, entries);
  return writtenAndOpened(script, numbers, { entries, memtableThreshold });
}

/** Written, flushed, closed, opened again on a disk that counts, and asked for 200 keys. */
export async function writtenAndOpened(
  script: Script,
  order: Iterable<number>,
  tree: { entries: number; memtableThreshold: number },
): Promise<Opened> {
  const options = { memtableThreshold: tree.memtableThreshold };
  const writing = new Meter(script, emptyDisk());
  const first = await script.open(options);
  await putAll(script, first, order);
  await script.does("flush", () => first.flush());
  await writing.rest();
  await script.does("close", () => first.close());
  await script.newProcess();
  const meter = new Meter(script, script.port.state.copy());
  const before = meter.now();
  const opened = await script.open(options);
  for (let get = 0; get < warmUpGets; get++) {
    const index = Math.floor((get * tree.entries) / warmUpGets);
    await script.showsQuietly(opened, keyOf(index), valueOf(index));
    await script.showsQuietly(opened, absentKeyAfter(index), undefined);
  }
  script.tell(
    `gets of ${warmUpGets} keys that are there and ${warmUpGets} that are not`,
    "answered right",
  );
  const warmUp = meter.since(before);
  await meter.rest();
  return { tree: opened, meter, warmUp };
}

/** Ends the scene when a measured number is above its bound. */
export function isAtMost(
  script: Script,
  what: string,
  measured: number,
  bound: number,
  unit: string,
): void {
  const number = Math.round(measured * 100) / 100;
  const detail = `${number} ${unit}, allowed are ${bound}`;
  script.tell(what, detail);
  if (measured > bound)
    script.broken(what, detail, `${what}: ${number} ${unit}; at most ${bound} are allowed.`, what);
}

/**
 * Recovery: from what a directory holds to tables that can be read, and no log.
 *
 *   manifest         the newest one; a table that it does not list does not count
 *   + every log      that is not in its tables yet, oldest first, each up to what a crash cut off
 *   = a new table    and a manifest that lists it; then everything else is removed
 *
 * A recovery is a flush. What the logs say may have been read without ever having been synced, and what
 * recovery shows must be final; so it writes a table of its own and makes that safe before it answers.
 * Afterwards there is nothing in doubt: no log, no half file, no name that a sync has not covered.
 */
import type { Disk } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import { tombstone } from "./entry.ts";
import { listFiles, type TreeFile } from "./files.ts";
import { readLog } from "./log.ts";
import { type Manifest, readManifest, writeManifest } from "./manifest.ts";
import { Memtable } from "./memtable.ts";
import { Merge } from "./merge.ts";
import { Table } from "./table.ts";
import { writeRun } from "./table-writer.ts";
import { isAscii } from "./text.ts";
import { type Levels, Run } from "./version.ts";

export interface Recovered {
  readonly levels: Levels;
  readonly tabledLog: number;
  /** The number of the manifest, 0 when there is none yet. */
  readonly manifestNumber: number;
  /** The last number that was given to a file. */
  readonly lastNumber: number;
}

export async function recover(disk: Disk, directory: string): Promise<Recovered> {
  const files = await listFiles(disk, directory);
  let lastNumber = files.at(-1)?.number ?? 0;
  const nextNumber = (): number => (lastNumber += 1);

  const manifestFile = files.findLast((file) => file.kind === "manifest");
  let manifestNumber = manifestFile?.number ?? 0;
  let manifest: Manifest = { tabledLog: 0, levels: [] };
  if (manifestFile !== undefined) manifest = await readManifest(disk, directory, manifestNumber);

  const logs = files.filter(({ kind, number }) => kind === "log" && number > manifest.tabledLog);
  const memtable = await replay(disk, logs);

  const opened = new Map<number, Table>();
  try {
    for (const number of manifest.levels.flat(2)) {
      opened.set(number, await Table.open(disk, directory, number));
    }
    let levels: Levels = manifest.levels.map((runs) =>
      runs.map((numbers) => new Run(numbers.map((number) => opened.get(number) as Table))),
    );
    if (logs.length > 0) {
      // Also when they say nothing: a later log must not be taken to vouch for a half one.
      const goOn = (): void => undefined;
      const options = { disk, directory, nextNumber, dropsTombstones: false, goOn };
      const tables = await writeRun(new Merge([memtable.cursor()]), options);
      for (const table of tables) opened.set(table.number, table);
      if (tables.length > 0) levels = withNewestRun(levels, new Run(tables));
      manifest = { tabledLog: logs.at(-1)?.number ?? 0, levels: numbersOf(levels) };
      manifestNumber = nextNumber();
      await writeManifest(disk, directory, manifestNumber, manifest);
    } else if (files.length > 0) {
      // The manifest may have been read under a name that a crash can still take away.
      await disk.syncDirectory(directory);
    }
    // Removed only now that the manifest is safe. Should a crash bring one of them back, then it is not
    // listed, in tables already, or older than the manifest, and the next recovery removes it again.
    for (const { kind, number, path } of files) {
      const isNeeded =
        kind === "table" ? opened.has(number) : kind === "manifest" && number === manifestNumber;
      if (!isNeeded) await disk.remove(path);
    }
    return { levels, tabledLog: manifest.tabledLog, manifestNumber, lastNumber };
  } catch (error) {
    await Promise.allSettled([...opened.values()].map((table) => table.close()));
    throw error;
  }
}

/** The levels with a run that is newer than all others. */
export function withNewestRun([level0 = [], ...deeper]: Levels, run: Run): Levels {
  return [[run, ...level0], ...deeper];
}

export function numbersOf(levels: Levels): Manifest["levels"] {
  return levels.map((runs) => runs.map(({ tables }) => tables.map(({ number }) => number)));
}

/** Everything that the logs say, as one memtable. */
async function replay(disk: Disk, logs: readonly TreeFile[]): Promise<Memtable> {
  const memtable = new Memtable();
  let damaged: TreeFile | undefined;
  for (const log of logs) {
    const { batches, end, size } = await readLog(disk, log, (key, value) => {
      memtable.set(key, value, isAscii(key) && (value === tombstone || isAscii(value)));
    });
    // A log is begun when everything in the one before it is safe.
    if (batches > 0 && damaged !== undefined) {
      throw new CorruptionError(damaged.path, 0, "a later log vouches for it");
    }
    if (end < size) damaged = log;
  }
  return memtable;
}

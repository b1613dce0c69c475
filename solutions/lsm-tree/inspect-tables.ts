/**
 * Walks everything that the reference has left in a directory, and answers what is not as it should be.
 * Nothing is changed. The tree must be closed; after a crash what was cut off is named as well, though it
 * does no harm.
 *
 * What is checked: the manifest, each table that it lists from the first byte to the last (order, counts,
 * filter, the smallest and the largest key), that runs do not overlap inside, and what else lies there.
 */
import type { Buffer } from "node:buffer";
import type { Disk } from "#platform/disk.ts";
import { blockHeaderBytes, entriesLengthAt } from "./block.ts";
import { keyHash } from "./bloom-filter.ts";
import { entryHeaderBytes, keyLengthAt, tombstone, valueLengthAt } from "./entry.ts";
import { listFiles, pathOf, type TreeFile } from "./files.ts";
import { readLog } from "./log.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { Table } from "./table.ts";

/** What is wrong with one file. */
export interface Inconsistency {
  readonly path: string;
  readonly what: string;
}

export async function inspectTables(disk: Disk, directory: string): Promise<Inconsistency[]> {
  const found: Inconsistency[] = [];
  const files = await listFiles(disk, directory);
  const manifestFile = files.findLast(({ kind }) => kind === "manifest");
  let manifest: Manifest = { tabledLog: 0, levels: [] };
  if (manifestFile !== undefined) {
    try {
      manifest = await readManifest(disk, directory, manifestFile.number);
    } catch (error) {
      return [{ path: manifestFile.path, what: messageOf(error) }];
    }
  }

  const listed = new Set(manifest.levels.flat(2));
  for (const file of files) {
    if (file !== manifestFile) found.push(...(await inspectOther(disk, file, manifest, listed)));
  }
  for (const runs of manifest.levels) {
    for (const numbers of runs) {
      let before: Table | undefined;
      for (const number of numbers) {
        const table = await openTable(disk, directory, number, found);
        if (table === undefined) continue;
        found.push(...(await inspectTable(table)));
        if (before !== undefined && before.lastKey >= table.firstKey) {
          found.push({ path: table.path, what: `overlaps ${before.path} of the same run` });
        }
        await table.close();
        before = table;
      }
    }
  }
  return found;
}

/** Files that are no table of the manifest. */
async function inspectOther(
  disk: Disk,
  { kind, number, path }: TreeFile,
  { tabledLog }: Manifest,
  listed: ReadonlySet<number>,
): Promise<Inconsistency[]> {
  if (kind === "table") return listed.has(number) ? [] : [{ path, what: "no manifest lists it" }];
  if (kind === "manifest") return [{ path, what: "a later manifest has replaced it" }];
  if (kind === "unfinished") return [{ path, what: "a manifest that was never finished" }];
  if (number <= tabledLog) return [{ path, what: "its entries are in tables" }];
  try {
    const { end, size } = await readLog(disk, { path, number }, () => undefined);
    return end === size ? [] : [{ path, what: `bytes ${end}–${size - 1} are no batch` }];
  } catch (error) {
    return [{ path, what: messageOf(error) }];
  }
}

async function openTable(
  disk: Disk,
  directory: string,
  number: number,
  found: Inconsistency[],
): Promise<Table | undefined> {
  try {
    return await Table.open(disk, directory, number);
  } catch (error) {
    found.push({ path: pathOf(directory, "table", number), what: messageOf(error) });
    return undefined;
  }
}

async function inspectTable(table: Table): Promise<Inconsistency[]> {
  const found: Inconsistency[] = [];
  const report = (what: string): void => {
    found.push({ path: table.path, what });
  };
  let entryCount = 0;
  let tombstoneCount = 0;
  let lastKey: string | undefined;
  for (let block = 0; block < table.blockCount; block += 1) {
    try {
      for (const { key, value } of entriesOfBlock(await table.readBlocks(block, 1))) {
        if (lastKey !== undefined && key <= lastKey) {
          report(`block ${block}: ${name(key)} does not come after ${name(lastKey)}`);
        }
        if (entryCount === 0 && key !== table.firstKey) report("its index names another first key");
        if (!table.mayHold(key, keyHash(key))) report(`its filter denies ${name(key)}`);
        if (table.blockThatMayHold(key) !== block)
          report(`its index does not lead to ${name(key)}`);
        entryCount += 1;
        if (value === tombstone) tombstoneCount += 1;
        lastKey = key;
      }
    } catch (error) {
      report(messageOf(error));
    }
  }
  if (!table.hasFilter) report("its filter does not fit its checksum");
  if (lastKey !== table.lastKey) report("its index names another last key");
  if (entryCount !== table.entryCount || tombstoneCount !== table.tombstoneCount) {
    report(
      `its footer counts ${table.entryCount} entries and ${table.tombstoneCount} tombstones, ` +
        `it has ${entryCount} and ${tombstoneCount}`,
    );
  }
  return found;
}

function* entriesOfBlock(
  bytes: Buffer,
): Generator<{ key: string; value: typeof tombstone | undefined }> {
  const end = blockHeaderBytes + entriesLengthAt(bytes, 0);
  for (let entry = blockHeaderBytes; entry < end;) {
    const keyStart = entry + entryHeaderBytes;
    const keyEnd = keyStart + keyLengthAt(bytes, entry);
    const valueLength = valueLengthAt(bytes, entry);
    const value = valueLength === undefined ? tombstone : undefined;
    yield { key: bytes.toString("latin1", keyStart, keyEnd), value };
    entry = keyEnd + (valueLength ?? 0);
  }
}

function name(key: string): string {
  return JSON.stringify(key);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

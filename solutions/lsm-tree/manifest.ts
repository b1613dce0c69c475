/**
 * The manifest: which tables there are, in which order they are asked, and which logs are in them.
 *
 *   00000009.manifest   checksum:4  tabledLog:4  levelCount:4  level*
 *   level = runCount:4  run*          run = tableCount:4  tableNumber:4 *
 *
 * It is small and written anew for each change. It gets its name only when its bytes are safe, and only
 * when the tables that it lists are safe, bytes and names. So whoever finds the name may rely on all of
 * it: damage in a manifest, or in a table that it lists, is never a write that a crash cut off.
 */
import { Buffer } from "node:buffer";
import type { Disk } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import { checksum, placeSeed } from "./checksum.ts";
import { pathOf, readFile } from "./files.ts";

export interface Manifest {
  /** Logs up to this number are in tables. */
  readonly tabledLog: number;
  /** The tables by number: levels of runs of tables, in the order of `Levels`. */
  readonly levels: readonly (readonly (readonly number[])[])[];
}

/** Replaces the manifest. When this resolves, no crash brings an older one back. */
export async function writeManifest(
  disk: Disk,
  directory: string,
  number: number,
  manifest: Manifest,
): Promise<void> {
  const unfinished = pathOf(directory, "unfinished", number);
  const file = await disk.open(unfinished, { create: true });
  try {
    await file.append(encode(number, manifest));
    await file.sync();
  } finally {
    await file.close();
  }
  // The names of the new tables first: of names that no sync has covered any may be missing, and the
  // manifest's must not be there without theirs.
  await disk.syncDirectory(directory);
  await disk.rename(unfinished, pathOf(directory, "manifest", number));
  await disk.syncDirectory(directory);
}

export async function readManifest(
  disk: Disk,
  directory: string,
  number: number,
): Promise<Manifest> {
  const path = pathOf(directory, "manifest", number);
  const bytes = await readFile(disk, path);
  const isWhole =
    bytes.length >= 12 &&
    bytes.readUInt32BE(0) === checksum(bytes, 4, bytes.length, placeSeed(number, 0));
  if (!isWhole) throw new CorruptionError(path, 0, "it does not fit its checksum");
  let offset = 4;
  const nextNumber = (): number => {
    offset += 4;
    return bytes.readUInt32BE(offset - 4);
  };
  const list = <Item>(item: () => Item): Item[] => Array.from({ length: nextNumber() }, item);
  return { tabledLog: nextNumber(), levels: list(() => list(() => list(nextNumber))) };
}

function encode(number: number, { tabledLog, levels }: Manifest): Buffer {
  const numbers = [tabledLog, levels.length];
  for (const runs of levels) {
    numbers.push(runs.length);
    for (const tables of runs) numbers.push(tables.length, ...tables);
  }
  const bytes = Buffer.alloc(4 + 4 * numbers.length);
  numbers.forEach((each, index) => bytes.writeUInt32BE(each, 4 + 4 * index));
  bytes.writeUInt32BE(checksum(bytes, 4, bytes.length, placeSeed(number, 0)), 0);
  return bytes;
}

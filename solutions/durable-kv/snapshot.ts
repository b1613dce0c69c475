/**
 * A snapshot: every live record, in batches like those of the log, closed by an empty batch. It stands
 * for all files with lower numbers.
 *
 *   00000007.snapshot   ├ batch ┼ batch ┼ … ┼ batch ┼ empty batch ┤
 *
 * Guarantees:
 * - It is written under the name `.unfinished`, synced, and only then renamed. Whoever finds the name
 *   `.snapshot` knows that every byte had been synced: damage in it is never a torn write.
 * - It may be fuzzy. Records that change while it is written are in it in the old or the new state, or
 *   missing; the log behind it has all their changes, and replaying a change twice does no harm.
 */
import type { Disk } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import { encodeBatch, type LogRecord, recordBytes, type Visit } from "./batch.ts";
import { pathOf, readBatches, type StoreFile, withFile } from "./files.ts";

/** Small enough that writers get their turn between two batches, large enough that headers do not count. */
const snapshotBatchBytes = 64 * 1024;

/**
 * Writes a snapshot, makes its bytes and then its name safe, and answers how long it is.
 * `goOn` is called before each batch; it throws when nobody needs the snapshot any more.
 */
export async function writeSnapshot(
  disk: Disk,
  directory: string,
  number: number,
  records: Iterable<LogRecord>,
  goOn: () => void,
): Promise<number> {
  const unfinished = pathOf(directory, "unfinished", number);
  const file = await disk.open(unfinished, { create: true });
  let length = 0;
  try {
    for (const batch of batchesOf(records)) {
      goOn();
      const here = { segment: number, length };
      const bytes = encodeBatch(here, here, batch);
      await file.append(bytes);
      length += bytes.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  goOn();
  // Renamed after its bytes are safe and before anything is removed: at no moment does the directory,
  // whatever part of these changes it keeps, hold less than the whole state.
  await disk.rename(unfinished, pathOf(directory, "snapshot", number));
  await disk.syncDirectory(directory);
  return length;
}

/** Hands every record to `visit`, or rejects with the place of the damage. */
export async function readSnapshot(
  disk: Disk,
  { path, number }: StoreFile,
  visit: Visit,
): Promise<void> {
  const whole = await withFile(disk, path, (file, size) => readBatches(file, size, number, visit));
  if (whole.last === undefined || whole.last.bodyStart < whole.last.end) {
    throw new CorruptionError(path, whole.length, "the snapshot is not whole");
  }
}

/** The records in portions for a batch each, and an empty one that closes the snapshot. */
function* batchesOf(records: Iterable<LogRecord>): Generator<LogRecord[]> {
  let batch: LogRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    batch.push(record);
    bytes += recordBytes(record);
    if (bytes < snapshotBatchBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
  yield [];
}

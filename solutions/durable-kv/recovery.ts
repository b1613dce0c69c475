/**
 * Recovery: from what a directory holds to a memory and a log that can be written to.
 *
 *   snapshot          the newest one; what lies before it is ignored
 *   + every batch     of every later segment, oldest first, each up to its first damage
 *   ─ is refused      if the log proves that the damaged bytes had been synced
 *   + the last batch  is written once more, into a new segment
 *
 * Torn or rotten? A batch is written only when everything before it is safe, and says so. Therefore
 * damage is rot if a whole batch follows it in its file, or if a later segment names a place behind
 * it as safe. All other damage may be the last, unsynced batch of some life, and is cut off.
 *
 * Why is the last batch written again? It is the only one for which nobody vouches: it may never have
 * been synced, or its sync may have failed, and then it can be read now and lost later, and no further
 * sync of that file will help. What recovery shows must be final, so it makes its own copy safe first.
 */
import type { Disk } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import {
  type Batch,
  forEachRecord,
  holdsBatch,
  type LogRecord,
  type Position,
  type Visit,
} from "./batch.ts";
import {
  listFiles,
  pathOf,
  readBatches,
  readFully,
  type StoreFile,
  type WholeBatches,
  withFile,
} from "./files.ts";
import { Log } from "./log.ts";
import { readSnapshot } from "./snapshot.ts";

export interface Recovered {
  /** Keys and values as strings of bytes, see bytes.ts. */
  readonly memory: Map<string, string>;
  readonly log: Log;
}

/** The log of a directory in which nothing was ever safe. */
const beginning: Position = { segment: 0, length: 0 };

export async function recover(
  disk: Disk,
  directory: string,
  segmentBytesMax: number,
): Promise<Recovered> {
  const memory = new Map<string, string>();
  const apply: Visit = (key, value) => {
    if (value === undefined) memory.delete(key);
    else memory.set(key, value);
  };

  const files = await listFiles(disk, directory);
  const base = files.findLast((file) => file.kind === "snapshot");
  const baseNumber = base?.number ?? 0;
  if (base !== undefined) await readSnapshot(disk, base, apply);

  const wholeLengths = new Map<number, number>();
  const claims: Position[] = [];
  let last: Batch | undefined;
  for (const file of files) {
    if (file.kind !== "log" || file.number < baseNumber) continue;
    const whole = await replaySegment(disk, file, apply);
    wholeLengths.set(file.number, whole.length);
    if (whole.first !== undefined) claims.push(whole.first.safe);
    last = whole.last ?? last;
  }
  for (const { segment, length } of claims) {
    const wholeLength = wholeLengths.get(segment) ?? 0;
    if (segment <= baseNumber || length <= wholeLength) continue;
    const path = pathOf(directory, "log", segment);
    throw new CorruptionError(path, wholeLength, "a later segment vouches for it");
  }

  const safe = last?.safe ?? beginning;
  const nextNumber = (files.at(-1)?.number ?? 0) + 1;
  const log = new Log({ disk, directory, segmentBytesMax, nextNumber, safe });
  try {
    // Both ways end with a sync of the directory: a name that was read must not be lost after this.
    if (last !== undefined) await log.append(recordsOf(last));
    else if (files.length > 0) await disk.syncDirectory(directory);

    // Removed only now that the copy of the last batch is safe. Should a crash bring one of them back,
    // the next recovery finds in it what it knows already, and removes it again.
    const needed = new Set([safe, ...claims].map(({ segment }) => segment));
    for (const file of files) {
      const isNeeded = file === base || (file.number > baseNumber && needed.has(file.number));
      if (!isNeeded) await disk.remove(file.path);
    }
  } catch (error) {
    await log.close();
    throw error;
  }
  return { memory, log };
}

/** Replays the whole batches of a segment, or rejects if another one follows behind the damage. */
async function replaySegment(
  disk: Disk,
  { path, number }: StoreFile,
  apply: Visit,
): Promise<WholeBatches> {
  return withFile(disk, path, async (file, size) => {
    const whole = await readBatches(file, size, number, apply);
    if (whole.length < size) {
      const rest = await readFully(file, whole.length, size - whole.length);
      if (holdsBatch(rest, { segment: number, length: whole.length })) {
        throw new CorruptionError(path, whole.length, "a later batch vouches for it");
      }
    }
    return whole;
  });
}

function recordsOf(batch: Batch): LogRecord[] {
  const records: LogRecord[] = [];
  forEachRecord(batch, (key, value) => records.push({ key, value }));
  return records;
}

/**
 * The log: batches in segments, one batch at a time.
 *
 *   segment 3   ├ batch ┼ batch ┼ batch ┤            ended: not written to again
 *   segment 4   ├ batch ┼ batch ┤ …                  active: the next batch goes here
 *                               └ safe: everything before this place survives a power cut
 *
 * Guarantees:
 * - A batch is appended only after all batches before it are safe. Whoever finds a whole batch
 *   therefore knows that the log was on the disk up to the place that this batch names as safe.
 * - Only files that this object created are written to. What an earlier life left is read, never
 *   continued, never cut: nothing depends on what a crash did to its end.
 */
import type { Disk, DiskFile } from "#platform/disk.ts";
import { invariant } from "#platform/invariant.ts";
import {
  batchBytes,
  batchBytesMax,
  batchHeaderBytes,
  encodeBatch,
  type LogRecord,
  type Position,
  recordBytes,
  segmentBytesLimit,
} from "./batch.ts";
import { pathOf } from "./files.ts";

interface LogOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly segmentBytesMax: number;
  /** The first number that no file in the directory has had. */
  readonly nextNumber: number;
  /** How far the log that earlier lives left is certainly on the disk. */
  readonly safe: Position;
}

interface Segment {
  readonly number: number;
  readonly file: DiskFile;
  length: number;
}

export class Log {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #segmentBytesMax: number;
  #nextNumber: number;
  #safe: Position;
  /** Undefined until a batch needs a segment: an open that is never written to creates no file. */
  #active: Segment | undefined;
  /** True from the call of `append` until its batch is safe; after a failure for ever. */
  #isWriting = false;
  #bytesSinceCut = 0;

  constructor(options: LogOptions) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#segmentBytesMax = Math.min(options.segmentBytesMax, segmentBytesLimit);
    this.#nextNumber = options.nextNumber;
    this.#safe = options.safe;
  }

  /** Bytes written since the last cut, or since this log was opened. */
  get bytesSinceCut(): number {
    return this.#bytesSinceCut;
  }

  /** How many of these records, taken from the front, the next batch can hold: at least one. */
  countFitting(records: readonly LogRecord[]): number {
    let bytes = batchHeaderBytes;
    let bytesMax = 0;
    let count = 0;
    for (const record of records) {
      bytes += recordBytes(record);
      if (count === 0) bytesMax = Math.min(this.#roomFor(bytes), batchBytesMax);
      else if (bytes > bytesMax) break;
      count += 1;
    }
    return count;
  }

  /** Resolves when the records are safe. After a rejection this log must not be written to again. */
  async append(records: readonly LogRecord[]): Promise<void> {
    invariant(!this.#isWriting, "a batch is written only after all batches before it are safe");
    this.#isWriting = true;

    const bytes = batchBytes(records);
    if ((this.#active?.length ?? 0) + bytes > this.#segmentBytesMax) await this.#endSegment();
    const segment = (this.#active ??= await this.#beginSegment());
    const here = { segment: segment.number, length: segment.length };
    await segment.file.append(encodeBatch(here, this.#safe, records));
    // The sync is called only now: it covers what has settled before the call and nothing else.
    await segment.file.sync();
    // The first batch of a segment is not safe before its file has a name that survives.
    if (segment.length === 0) await this.#disk.syncDirectory(this.#directory);

    segment.length += bytes;
    this.#bytesSinceCut += bytes;
    this.#safe = { segment: segment.number, length: segment.length };
    this.#isWriting = false;
  }

  /**
   * Takes a number between everything that is safe now and everything that will be written: a snapshot
   * with this number stands for all files with lower ones. Must not be called while a batch is written.
   */
  async cut(): Promise<number> {
    invariant(!this.#isWriting, "a cut does not go through a batch");
    const number = this.#nextNumber++;
    this.#bytesSinceCut = 0;
    await this.#endSegment();
    return number;
  }

  async close(): Promise<void> {
    await this.#endSegment();
  }

  /** The bytes that a batch may have whose first record makes it `bytes` long. */
  #roomFor(bytes: number): number {
    const room = this.#segmentBytesMax - (this.#active?.length ?? 0);
    return bytes <= room ? room : this.#segmentBytesMax;
  }

  async #beginSegment(): Promise<Segment> {
    const number = this.#nextNumber++;
    const file = await this.#disk.open(pathOf(this.#directory, "log", number), { create: true });
    return { number, file, length: 0 };
  }

  /** The segment is no longer active when this returns, although its handle is closed later. */
  async #endSegment(): Promise<void> {
    const ended = this.#active;
    this.#active = undefined;
    await ended?.file.close();
  }
}

import type { Disk } from "#platform/disk.ts";

/**
 * What you export. A file may also export the level it has reached and, if it takes one call
 * at a time by design, the reason for it.
 */
export interface Subject {
  openDurableKv: OpenDurableKv;

  /** The highest level this code claims, 1–5. Promises above it are not tried. Without it: all of them. */
  level?: number;

  /** Declines the promises about concurrent calls: "one caller at a time, because …". */
  singleThreaded?: string;
}

/**
 * Opens the store that lives in `options.directory`, creating it there if the directory is empty.
 *
 * Resolves when the store can be used and everything that it will show is safe: from level 2 on,
 * whatever a read shows after this moment, a power cut cannot take back.
 * Rejects with `LOCKED` when another open store holds the directory, having touched nothing.
 * Rejects with `INVALID_ARGUMENT` when an option of the levels reached is not what it should be.
 * From level 4: rejects with `CORRUPTION` when bytes that had certainly been synced have changed.
 * A rejected open leaves the directory free and loses nothing: a later open may succeed.
 */
export type OpenDurableKv = (options: DurableKvOptions) => Promise<DurableKv>;

export interface DurableKvOptions {
  /** Everything that survives lives here. After a crash the next open is handed a new port. */
  disk: Disk;

  /**
   * An existing directory whose own name is durable; the path has no slash at its end.
   * It is the store's alone, files and subdirectories included.
   */
  directory: string;

  /**
   * From level 4. How many writes may be waiting for their answer; the next one is refused.
   * A whole number from 1. Default 1024.
   */
  writersWaitingMax?: number;

  /**
   * From level 5. How large a piece of the log may grow before the next one begins; the bounds of space
   * and of recovery are stated in it. May be another one at the next open. A whole number of bytes from
   * 1024. Default 1 MiB.
   */
  segmentBytesMax?: number;
}

/**
 * Keys are 1–1024 bytes, values 0–1,048,576 bytes, any bytes at all. Anything else rejects with
 * `INVALID_ARGUMENT` and has no effect.
 *
 * A buffer handed in belongs to the caller again once the call is answered; a buffer handed out
 * belongs to the caller at once. Changing either changes nothing in the store.
 *
 * After `close` has been called, every call except `close` rejects with `CLOSED` and has no effect.
 *
 * Every call returns a promise. Where it fails the promise rejects; no call throws.
 *
 * "Answered" means that the promise has settled. A write whose answer never came, because a crash cut it
 * off, took effect before the crash or never will. A write that was rejected for another reason than
 * `INVALID_ARGUMENT`, `CLOSED` or `OVERLOADED` is open: it may show at the next open or not; the first
 * open that resolves settles it for ever.
 */
export interface DurableKv {
  /**
   * The value under a key, or undefined when there is none. An empty value is a value.
   * From level 3: never waits for a sync, be it of a write or of a compaction, and never shows what a
   * crash could still take back.
   * From level 4: may reject once the disk has failed a write of this store.
   */
  get(key: Uint8Array): Promise<Uint8Array | undefined>;

  /**
   * Stores a value under a key, replacing what was there.
   * Answered only when the write survives: level 1, the end of the process; from level 2, the loss of power.
   * From level 4: rejects when the disk could not make it safe, and with `OVERLOADED` when
   * `writersWaitingMax` puts and deletes were called before it and wait for their answers.
   */
  put(key: Uint8Array, value: Uint8Array): Promise<void>;

  /** Removes a key. A key that is not there is no error. Answered and rejected like `put`. */
  delete(key: Uint8Array): Promise<void>;

  /**
   * From level 5. Gives back the space of overwritten and deleted values; reads and writes go on meanwhile.
   * Resolves when that is done, and rejects when the disk has kept it from being done. Called while one
   * runs, it may share that one's end, and is not answered before it.
   */
  compact(): Promise<void>;

  /**
   * Waits until the calls made before it are answered, then lets the directory go. Closing twice is no error.
   * A running compaction is finished or given up, and does not disturb whoever opens the directory next;
   * its promise settles either way.
   * From level 4: may reject once the disk has failed; the directory is free nevertheless.
   */
  close(): Promise<void>;
}

import type { Disk } from "#platform/disk.ts";

/**
 * What you export. A file may also export the level it has reached and, if it takes one call
 * at a time by design, the reason for it.
 */
export interface Subject {
  openLsmTree: OpenLsmTree;

  /** The highest level this code claims, 1–5. Promises above it are not tried. Without it: all of them. */
  level?: number;

  /** Declines the promises about concurrent calls: "one caller at a time, because …". */
  singleThreaded?: string;
}

/**
 * Opens the tree that lives in `options.directory`, creating it there if the directory is empty.
 *
 * Levels 1 and 2: the directory is empty, nobody opens it a second time, and nobody looks at what is in
 * it. A tree may live in memory alone, or use the disk already; both are right.
 * From level 3: resolves when the tree can be used and everything that it will show is safe. Whatever a
 * read shows after this moment, a power cut cannot take back. Rejects with `LOCKED` when another open tree
 * holds the directory, having touched nothing; and may reject with `CORRUPTION` when bytes have changed that
 * had certainly been synced. A rejected open leaves the directory free and loses nothing.
 * Rejects with `INVALID_ARGUMENT` when an option of the levels reached is not what it should be.
 */
export type OpenLsmTree = (options: LsmTreeOptions) => Promise<LsmTree>;

export interface LsmTreeOptions {
  /** Handed in at every level; what matters of it begins at level 3. After a crash the next open gets a new port. */
  disk: Disk;

  /**
   * An existing directory whose own name is durable; the path has no slash at its end.
   * It is the tree's alone, files and subdirectories included.
   */
  directory: string;

  /**
   * From level 1. When the memtable holds so many different keys, deleted ones included, it becomes an
   * immutable table, and the next write begins a new memtable. A whole number from 1. Default 1000.
   * May be another one at the next open.
   */
  memtableThreshold?: number;

  /**
   * From level 5. How tables are merged; the bounds of each strategy are in the brief. Default "leveled".
   * May be another one at the next open: no answer changes.
   */
  compaction?: "leveled" | "size-tiered";

  /**
   * From level 5. How many puts and deletes may be waiting for their answer; the next one is refused.
   * A whole number from 1. Default 1024.
   */
  writersWaitingMax?: number;
}

/** A key and its value. */
export type Entry = readonly [key: string, value: string];

/**
 * Keys are strings of 0–1024 bytes, values strings of 0–1,048,576 bytes, both measured in UTF-8. The empty
 * string is a key like any other, and a value. Strings must be well-formed: one with a lone surrogate has no
 * UTF-8. Anything else is refused with `INVALID_ARGUMENT` and has no effect.
 *
 * Keys are ordered by their UTF-8 bytes: at the first byte in which they differ, or the shorter one first.
 * That is the order of their code points. It is *not* that of `<` on strings, which compares UTF-16 units.
 *
 * Calls may overlap, at every level. After `close` has been called, every call except `close` is refused
 * with `CLOSED` and has no effect. Refused means that the promise rejects, and never that the call throws;
 * `range`, which answers no promise, is described below.
 *
 * "Answered" means that the promise has settled. A write whose answer never came, because a crash cut it
 * off, took effect before the crash or never will. A write that was rejected for another reason than
 * `INVALID_ARGUMENT`, `CLOSED` or `OVERLOADED` is open: it may show at the next open or not; the first
 * open that resolves settles it for ever.
 */
export interface LsmTree {
  /**
   * The value under a key, or undefined when there is none.
   * From level 3: never waits for a sync, be it of a write, a flush or a compaction, and never shows what a
   * crash could still take back. Rejects with `CORRUPTION` rather than answer from changed bytes.
   * From level 5: may reject once the disk has failed a call of this tree.
   */
  get(key: string): Promise<string | undefined>;

  /**
   * Stores a value under a key, replacing what was there.
   * From level 3: answered only when the write survives the end of the process and the loss of power.
   * From level 5: rejects when the disk could not make it safe, and with `OVERLOADED` when
   * `writersWaitingMax` puts and deletes were called before it and wait for their answers.
   */
  put(key: string, value: string): Promise<void>;

  /** Removes a key. A key that is not there is no error. Answered and rejected like `put`. */
  delete(key: string): Promise<void>;

  /**
   * From level 2. The entries with `start` ≤ key < `end`, in ascending order of their keys. A bound that is
   * undefined is no bound. When `end` is not above `start` there are none; that is no error.
   *
   * What is iterated is the tree as it was at *one* moment: the same for all entries, not before the call of
   * `range` and not after the answer to the first `next`. Which moment in between is yours to choose. No
   * write, flush or compaction after it changes what this iteration answers.
   *
   * A bound that is no key, or a closed tree: `range` throws the error, or the first `next` rejects with it.
   * A range is iterated once. Whoever iterates waits for the answer to each `next` before the next call on
   * the same iterator; different iterators may be used at the same time.
   * `return`, which `for await` calls when its loop is left early, ends the iteration and gives back all
   * that it holds. After its end, by either way, every `next` answers that it is done.
   * `close` does not wait for open iterations: a `next` that was called before it is answered, and one called
   * after it rejects with `CLOSED`, since an end would look as if there were no more entries. Once a `next` has
   * rejected, or the iteration is over, nothing is promised of later ones after `close`.
   *
   * From level 3 a `next` may reject with `CORRUPTION`, and keeps the promises of `get` about syncs and crashes.
   */
  range(start?: string, end?: string): AsyncIterable<Entry>;

  /**
   * Makes a table of the memtable, however small. Resolves when every write that was answered before the call
   * lies in a table; then it need not be looked for in a log. Changes no answer of any other call. With an
   * empty memtable there is nothing to do.
   */
  flush(): Promise<void>;

  /**
   * From level 5. Merges all that was answered before the call, and drops every value that was overwritten or
   * deleted by then and every tombstone, except what an open iteration still needs. Resolves when that is done;
   * reads and writes go on meanwhile. Called while one runs, it may wait for it and begin then, or share it as
   * long as what this call promises is done.
   */
  compact(): Promise<void>;

  /**
   * Waits until the calls made before it are answered, then lets the directory go. Closing twice is no error.
   * A flush or compaction that nobody called for is finished or given up; one that was called for settles, and
   * none of them disturbs whoever opens the directory next.
   * From level 5: may reject once the disk has failed; the directory is free nevertheless.
   */
  close(): Promise<void>;
}

/**
 * The disk as a store sees it: an injected port with the failure modes of a real one.
 *
 * Every call is two events, *called* and *settled*, and its effect lies somewhere between them.
 * Two calls that overlap have no order. What survives depends on what went wrong:
 *
 *   what happened         what is still there afterwards
 *   ────────────────────  ──────────────────────────────────────────────────────────────────
 *   the process is killed every effect that settled: the operating system still has the bytes
 *   the power is cut      bytes covered by a file's `sync`, names covered by `syncDirectory`;
 *                         of everything else any part, in any order, possibly torn
 *
 * Nothing is flushed on its own, and `close` makes nothing durable.
 * A buffer passed in must not change until the call has settled. A path is the path of its directory,
 * a slash, and a name.
 */
export interface Disk {
  /**
   * Opens a file for reading and appending.
   * With `create: true` an absent file is made; without it the call rejects with `NOT_FOUND`.
   * A new name is durable only after `syncDirectory`.
   */
  open(path: string, options?: { create?: boolean }): Promise<DiskFile>;

  /**
   * Gives a file another name in the same directory, replacing a file that had it.
   * Atomic, but durable only after `syncDirectory`; says nothing about the file's bytes.
   */
  rename(from: string, to: string): Promise<void>;

  /**
   * Removes a file's name; durable only after `syncDirectory`. Rejects with `NOT_FOUND` when absent.
   * Whoever has the file open can go on reading and writing it.
   */
  remove(path: string): Promise<void>;

  /** The names of the files and directories in a directory, in no promised order. */
  list(directory: string): Promise<string[]>;

  /** Makes a directory. Its parent must exist; a directory that is there already is left as it is. */
  makeDirectory(path: string): Promise<void>;

  /**
   * Makes durable every create, rename, remove and makeDirectory in `directory` that had settled when
   * it was called. When it rejects, none of them is lost, and a later one covers them.
   */
  syncDirectory(directory: string): Promise<void>;

  /**
   * Takes the exclusive right to a directory, or rejects with `LOCKED` while another life holds it.
   * A crash or the death of the process releases it. Locking leaves nothing that `list` would show.
   */
  lock(directory: string): Promise<DiskLock>;
}

export interface DiskFile {
  /**
   * Adds bytes at the end. Overlapping appends land in an order of the disk's choosing, each in one piece.
   * When it rejects, a beginning of the bytes may be in the file nevertheless.
   */
  append(bytes: Uint8Array): Promise<void>;

  /**
   * Reads up to `length` bytes from `position`. The answer may be shorter than asked although more
   * bytes follow; it is empty only at or beyond the end of the file.
   */
  read(position: number, length: number): Promise<Uint8Array>;

  /** The number of bytes in the file. */
  size(): Promise<number>;

  /** Cuts the file to `length` bytes, which must not exceed its size; durable only after `sync`. */
  truncate(length: number): Promise<void>;

  /**
   * Makes durable the bytes of every append and truncate of this file that had settled when `sync`
   * was called; those that settle while it runs are not covered. Says nothing about the file's name.
   * When it rejects, the bytes may be lost although reads still show them, and a later sync that
   * resolves does not bring them back.
   */
  sync(): Promise<void>;

  /** Gives the handle back. Further calls on it reject. */
  close(): Promise<void>;
}

export interface DiskLock {
  /** Gives the directory free again. */
  release(): Promise<void>;
}

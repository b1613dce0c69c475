import type { Clock } from "#platform/clock.ts";
import type { Disk } from "#platform/disk.ts";

/**
 * What you export. A file may also export the level it has reached and, if it takes one call
 * at a time by design, the reason for it.
 */
export interface Subject {
  openMvccStore: OpenMvccStore;

  /** The highest level this code claims, 1–5. Promises above it are not tried. Without it: all of them. */
  level?: number;

  /** Declines the promises about commits that overlap: "one caller at a time, because …". */
  singleThreaded?: string;
}

/**
 * Opens a store. Without a disk it is empty and lives in memory; two such stores know nothing of each other.
 *
 * Rejects with `INVALID_ARGUMENT` when an option of the levels reached is not what it should be.
 * From level 5, with a disk: opens the store that lives in `directory`, creating it there if the directory
 * is empty. Resolves when everything that a transaction will see is safe from a power cut.
 * Rejects with `LOCKED` when another open store holds the directory, having touched nothing, and with
 * `CORRUPTION` when bytes that had certainly been synced have changed. A rejected open leaves the directory
 * free and loses nothing: a later open may succeed.
 */
export type OpenMvccStore = (options?: MvccStoreOptions) => Promise<MvccStore>;

export interface MvccStoreOptions {
  /**
   * From level 4. How old a transaction may become: when the clock says that more than this many
   * milliseconds have passed since its begin, it has expired. A finite number above 0; it needs a `clock`.
   * Without it no transaction ever expires.
   */
  transactionAgeMsMax?: number;

  /** From level 4. The time by which transactions age. Without `transactionAgeMsMax` it means nothing. */
  clock?: Clock;

  /**
   * From level 5, together with `directory`; one without the other is an invalid argument.
   * Everything that survives lives here. After a crash the next open is handed a new port.
   */
  disk?: Disk;

  /**
   * From level 5. An existing directory whose own name is durable; the path has no slash at its end.
   * It is the store's alone, files and subdirectories included.
   */
  directory?: string;

  /**
   * From level 5. How many commits of transactions that have written may be waiting for their answer;
   * the next one is refused. A whole number from 1. Default 1024.
   */
  commitsWaitingMax?: number;
}

/**
 * Synchronous calls throw, asynchronous ones reject. After `close` has been called, every call on the store
 * and on its transactions gives `CLOSED` and has no effect, except `close` and `rollback`, which do nothing more.
 *
 * "Answered" means that the promise has settled.
 */
export interface MvccStore {
  /**
   * Begins a transaction. What it sees, its *snapshot*, is fixed here and not at its first read: every
   * commit that was answered before, each of them whole. A commit that was called and is not yet answered is
   * in it as a whole or not at all; if it is, it is in every later snapshot as well.
   * From level 5, with a disk: never contains a commit that a crash could still take back.
   * From level 5: may throw once the disk has failed a commit of this store.
   */
  begin(options?: BeginOptions): Transaction;

  /**
   * Waits until the commits called before it are answered; they are carried out as if nobody had closed.
   * Transactions that are open and not being committed are over, as if rolled back. From level 5 the
   * directory is free afterwards. Closing twice is no error.
   * From level 5: may reject once the disk has failed; the directory is free nevertheless.
   */
  close(): Promise<void>;
}

export interface BeginOptions {
  /**
   * From level 3. "snapshot": conflicts are about what is written. "serializable": also about what was read.
   * Default "snapshot". Every transaction chooses for itself; anything else is an invalid argument.
   */
  isolation?: "snapshot" | "serializable";
}

/**
 * A transaction reads its snapshot, changed by its own puts and deletes, and nothing else.
 *
 * Keys are well-formed strings (no lone surrogates) of at most 1024 UTF-16 code units, the empty one included,
 * ordered as JavaScript's `<` orders them. Values are what `structuredClone` copies, except undefined.
 * Anything else throws `INVALID_ARGUMENT` and has no effect: the transaction goes on without that call.
 *
 * A value is copied when it is put and when it is handed out. Changing an object that was handed in or out
 * changes nothing in the store, nor anything that this or another transaction reads.
 *
 * A transaction is *over* from the call of `commit` or `rollback` on, or once one of its calls has given
 * `CONFLICT` or `EXPIRED`. Then every further call but `rollback` gives `CLOSED` and has no effect;
 * after `CONFLICT` or `EXPIRED` that code once more will do as well.
 *
 * From level 2: two transactions *overlap* when neither had ended, by an answered commit, a rollback, an
 * error or expiry, before the other began, and neither has the other's commit in its snapshot. A transaction
 * may be refused with `CONFLICT` by put, delete or commit, never by a read. Refused, it leaves no trace,
 * and the same work may succeed in a new transaction.
 *
 * From level 4: every call but `rollback` on an expired transaction gives `EXPIRED`; nothing of it is left.
 * A transaction whose commit has been called does not expire any more, unless OVERLOADED has handed it back:
 * then it may.
 */
export interface Transaction {
  /** A copy of the value under a key; undefined when there is none. */
  get(key: string): unknown;

  /**
   * The keys from `start` up to and not including `end`, ascending, each with a copy of its value; as get
   * would answer for each of them now. Without a start from the first key, without an end to the last.
   * Bounds are keys, present or not. An end that is not behind the start gives no entries and is no error.
   * The array is yours, and what is written later in this transaction does not change it.
   */
  range(start?: string, end?: string): [key: string, value: unknown][];

  /**
   * Stores a copy of a value under a key, replacing what was there. Nobody else sees it before the commit.
   * Writing what is there already is a write like any other.
   */
  put(key: string, value: unknown): void;

  /** Removes a key. To delete a key that is not there is no error, and a write like any other. */
  delete(key: string): void;

  /**
   * Makes all puts and deletes of this transaction visible to those that begin from now on: all at once.
   * Answered only when every later begin will see them and, from level 5 with a disk, when they survive
   * the loss of power. A transaction that has written nothing has nothing to make visible: its commit
   * waits for no disk and, under "snapshot", is never refused.
   *
   * From level 2: rejects with `CONFLICT` when it may not commit beside another transaction. The conflict
   * may also have surfaced earlier, at a put or delete, whatever becomes of the other transaction.
   * From level 5: rejects with `OVERLOADED` when `commitsWaitingMax` commits wait: no effect, the
   * transaction is still open and may be committed later. Rejects otherwise when the disk could not
   * make it safe: then the transaction is over, and whether it took effect is open until the next open.
   */
  commit(): Promise<void>;

  /**
   * Ends the transaction; nothing of it is ever seen. Does nothing when the transaction is over already: it does
   * not stop a commit that was called. Never throws.
   */
  rollback(): void;
}

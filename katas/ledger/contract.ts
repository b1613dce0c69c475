import type { Clock } from "#platform/clock.ts";
import type { ObjectStore } from "#platform/object-store.ts";
import type { Random } from "#platform/random.ts";
import type { Task, TaskHandlers, Workers } from "#platform/workers.ts";

/**
 * What you export. A file may also export the level it has reached and, if it takes one call
 * at a time by design, the reason for it.
 */
export interface Subject {
  createCommitValidator: CreateCommitValidator;

  /** From level 3. Below it, it may throw `NotImplementedError`. */
  createTaskPool: CreateTaskPool;

  /** From level 6. Below it, it may throw `NotImplementedError`. */
  createTransactionReader: CreateTransactionReader;

  /** The highest level this code claims, 1–6. Promises above it are not tried. Without it: all of them. */
  level?: number;

  /** Declines the promises about overlapping calls of one object: "one caller at a time, because …". */
  singleThreaded?: string;
}

// ── Reading ───────────────────────────────────────────────────────────────────────────────────

/**
 * From level 6. Makes the reader of a format. Throws `INVALID_ARGUMENT` when there is no such format.
 *
 * `text` is lines, each ended by "\n", the last one perhaps not; no line is empty. An empty text has no lines.
 */
export type CreateTransactionReader = (source: {
  format: string;
  text: string;
}) => TransactionReader;

/**
 * Where candidate transactions come from. The readers that you make read text; the suite hands in
 * others of its own, whose transactions arrive over time.
 */
export interface TransactionReader {
  /**
   * The candidates from an offset on, in order: offset, offset + 1, …, without gaps. Ends when the source does.
   * May be called again; reading from the same offset gives the same candidates.
   */
  read(offset: number): AsyncIterable<Candidate>;
}

export interface Candidate {
  /** The position in the source: 0 for the first candidate. In text, the number of the line. */
  readonly offset: number;

  /** What stands there, be it a transaction or not. A line that cannot be understood is the line itself, a string. */
  readonly transaction: unknown;
}

// ── Transactions ──────────────────────────────────────────────────────────────────────────────

/**
 * Ids and names of accounts are texts of 1–64 characters, any at all. Amounts are whole cents:
 * safe integers, never a fraction. A transaction has no other properties than these.
 */
export type Transaction = OpenAccount | Transfer;

/** Opens an account with a balance of 0. */
export interface OpenAccount {
  readonly kind: "open";
  readonly id: string;
  readonly account: string;

  /** How far the balance may fall: from −9,007,199,254,740,991 to 0. Absent or undefined is the same as 0. */
  readonly balanceMin?: number;
}

/** Takes cents from one account and gives them to another. */
export interface Transfer {
  readonly kind: "transfer";
  readonly id: string;
  readonly from: string;
  readonly to: string;

  /** From 1 to 9,007,199,254,740,991. */
  readonly cents: number;
}

export interface Account {
  readonly balance: number;
  readonly balanceMin: number;
}

/** A rule of whoever runs the ledger, beside those that every ledger has. Pure; may be called as often as you like. */
export interface Rule {
  /**
   * Why a transaction must not happen, or undefined if it may. Called with well-formed transactions only, and with
   * the accounts as they are just before it would happen, what comes before it in its batch included.
   */
  check(transaction: Transaction, accounts: ReadonlyMap<string, Account>): string | undefined;
}

// ── Committing ────────────────────────────────────────────────────────────────────────────────

/**
 * Makes a validator, one of any number that share a ledger. Touches nothing yet.
 * Throws `INVALID_ARGUMENT` when an option of the levels reached is not what it should be.
 */
export type CreateCommitValidator = (options: CommitValidatorOptions) => CommitValidator;

export interface CommitValidatorOptions {
  /** Everything that survives lives here. */
  store: ObjectStore;

  /**
   * What the names of the ledger's objects begin with, such as "ledger/". Validators with the same store and
   * prefix share a ledger; all that is under the prefix is the ledger's. No prefix begins with another.
   */
  prefix: string;

  /** Validators of one ledger have the same rules. Default: none. */
  rules?: readonly Rule[];

  /** Time. Needed from level 2, handed in from the start. */
  clock: Clock;

  /** Chance. No two validators are handed the same sequence. Needed from level 2, handed in from the start. */
  random: Random;

  /** From level 2. How often a batch is put before its commit gives up. A whole number from 1. Default 8. */
  attemptsMax?: number;

  /**
   * From level 3. Kinds of tasks, each a rule that takes its time: its input is a transaction, its answer why the
   * transaction must not happen, or undefined. It knows no accounts. Asked about well-formed transactions
   * only; each must allow a transaction for it to be accepted. Default: none.
   */
  slowRules?: readonly string[];

  /** From level 3. Where slow rules run: a pool of yours or of somebody else. Handed in with `slowRules`. */
  pool?: TaskExecutor;

  /**
   * From level 4. How many commits may have been called and not answered; the next one is refused with
   * `OVERLOADED`. A whole number from 1. Default 1024.
   */
  commitsWaitingMax?: number;
}

export interface Batch {
  /** What somebody wants to happen, in this order. Each is a transaction, or whatever else was in the source. */
  readonly transactions: readonly unknown[];

  /**
   * What one rejected transaction means for the others of its batch. "all-or-nothing": none of them happens.
   * "valid-only": the accepted ones happen, together. Default "all-or-nothing".
   */
  readonly policy?: "all-or-nothing" | "valid-only";
}

/**
 * What becomes of a transaction.
 *
 * - `accepted`: it happens, in the entry of its batch.
 * - `repeated`, from level 4: it has happened already, in entry `version`; nothing happens again.
 * - `rejected`: it does not happen, for this reason.
 * - `withheld`: nothing is wrong with it, but another of its batch is rejected, and the policy is "all-or-nothing".
 */
export type Outcome =
  | { readonly status: "accepted" }
  | { readonly status: "repeated"; readonly version: number }
  | { readonly status: "rejected"; readonly reason: string }
  | { readonly status: "withheld" };

/** Every reason of the ledger itself. Rules have texts of their own. */
export type Reason =
  /** It is not a transaction. */
  | "SCHEMA"
  /** From level 4. Another transaction with this id has been accepted. */
  | "ID_CONFLICT"
  /** An account of that name is open. */
  | "ACCOUNT_EXISTS"
  /** There is no account of that name. */
  | "UNKNOWN_ACCOUNT"
  /** It goes from an account to itself. */
  | "SAME_ACCOUNT"
  /** The balance of `from` would fall below its `balanceMin`. */
  | "INSUFFICIENT_FUNDS"
  /** The balance of `to` would exceed 9,007,199,254,740,991. */
  | "OVERFLOW";

/** The ledger at one version. What it says stays so, whatever is committed later. */
export interface Metadata {
  /** The number of the latest entry; 0 for a ledger without entries. */
  readonly version: number;
  readonly accounts: ReadonlyMap<string, Account>;

  /** From level 6. How far `process` has come, by the name of the source. Below it, an empty map will do. */
  readonly sources: ReadonlyMap<string, SourceProgress>;
}

/** A batch, judged against the ledger of the version before `version`. Of use to the validator that made it. */
export interface CommitPlan {
  /** The entry that it wants to become. */
  readonly version: number;

  /** One for each transaction, in their order. */
  readonly outcomes: readonly Outcome[];
}

export interface CommitResult {
  /** The entry in which the batch was committed; null when it had no accepted transaction, and there is no entry. */
  readonly version: number | null;

  /** One for each transaction, in their order. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Appends batches to a ledger, as numbered entries: 1, 2, 3, … Each batch with an accepted transaction becomes an
 * entry of its own, whole, and is judged against exactly the entries before it.
 *
 * At levels 1 and 2 calls of one validator do not overlap; those of different validators do, from level 2.
 * A batch must not change until its commit is answered.
 *
 * A commit that rejects with one of these codes has had no effect and never will: `INVALID_ARGUMENT`,
 * `OVERLOADED`, `CONFLICT`, `ABORTED`, `THROTTLED`, `WORKER_LOST`. Nor has one that rejects with the error of a
 * rule or of a slow rule. One that rejects with `TIMED_OUT` has had its effect or never will.
 */
export interface CommitValidator {
  /** The ledger with at least every entry that had been answered, to anybody, when this was called. */
  readMetadata(): Promise<Metadata>;

  /**
   * Reads what was committed since `base`, which this validator has read, and judges the batch against it.
   * Changes nothing. Rejects with `INVALID_ARGUMENT` like `commit`.
   */
  validateConflicts(batch: Batch, base: Metadata): Promise<CommitPlan>;

  /**
   * Makes the plan's batch the entry of the plan's version, with one put and no second try. Without an accepted
   * transaction it puts nothing. Rejects with `CONFLICT` when that version has been taken since.
   */
  attemptCommit(plan: CommitPlan): Promise<CommitResult>;

  /**
   * All three, one after the other, and again from the second when somebody else was faster.
   *
   * Rejects with `INVALID_ARGUMENT` when the batch is no `Batch`, and with the error that a rule has thrown.
   * From level 2: with `CONFLICT` when it has lost `attemptsMax` races, and with `ABORTED` when `signal` is
   * aborted before it is committed.
   * From level 3: with the error of a slow rule that failed.
   * From level 4: with `THROTTLED` or `TIMED_OUT` when the store keeps refusing, and with `OVERLOADED` beyond
   * `commitsWaitingMax`.
   */
  commit(batch: Batch, options?: { readonly signal?: AbortSignal }): Promise<CommitResult>;

  /**
   * From level 6. Commits what a source holds, each transaction for itself, from where this or any other validator
   * has stopped. Offsets are committed in the entries of their effects, so each takes effect exactly once.
   *
   * "batch": until the source ends. "stream": the same, and no transaction waits for the ones behind it for
   * longer than `microBatchMs`. Resolves with the offset behind the last candidate once everything is committed.
   * Rejects with the error of the reader, and with `ABORTED` when `signal` is aborted, whether or not the reader
   * answers then; what is committed stays.
   * Rejects with `INVALID_ARGUMENT`, without effect, when the name of the source or `mode` is not what it should be,
   * or `microBatchMs` in mode "stream".
   */
  process(source: Source, options: ProcessOptions): Promise<{ readonly nextOffset: number }>;
}

// ── Executing ─────────────────────────────────────────────────────────────────────────────────

/** Carries out tasks: now, later, elsewhere. */
export interface TaskExecutor {
  /** Resolves with what the handler of that kind answers; rejects with what it throws. */
  submit(task: Task, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
}

/**
 * From level 3. Makes a pool. Throws `INVALID_ARGUMENT` when an option of the levels reached is not what it
 * should be.
 */
export type CreateTaskPool = (options: TaskPoolOptions) => TaskPool;

export interface TaskPoolOptions {
  /** How many tasks may be with handlers at any moment. A whole number from 1. With 1: one after the other. */
  inFlightMax: number;

  /** How many more tasks may wait. A whole number from 0. */
  queueLengthMax: number;

  /** The code of each kind, to run in this thread. Handed in, or `workers` are. */
  handlers?: TaskHandlers;

  /** From level 5. Where tasks run instead, with code of their own for each kind. */
  workers?: Workers;

  /** From level 5. How many workers may be alive at any moment. A whole number from 1, at most `inFlightMax`. Default 1. */
  workerCount?: number;

  /** From level 5. How long a task may take on a worker. A whole number of milliseconds from 1. Default 30,000. */
  taskMsMax?: number;

  /** From level 5. Time. Handed in with `workers`. */
  clock?: Clock;
}

/**
 * Tasks begin in the order of their calls. Every task settles once, whatever becomes of the others.
 * A task _waits_ until its handler begins, and is _in flight_ from then on until the handler has ended. As long
 * as fewer than `inFlightMax` are in flight, none waits; with workers, none waits as long as one has no task or
 * fewer than `workerCount` are alive.
 */
export interface TaskPool extends TaskExecutor {
  /**
   * Rejects with `OVERLOADED` when `inFlightMax + queueLengthMax` tasks wait or are in flight, with `CLOSED`
   * after `close`, and with `INVALID_ARGUMENT` when there is no such kind: the handler is not called then.
   *
   * Rejects with `ABORTED` as soon as `signal` is aborted. A task that waits then never begins, and its place is
   * free at once. One in flight stays in flight until its handler has ended; the handler has been handed `signal`.
   *
   * From level 5, with workers. A task is in flight from its post until its answer, or the exit of its worker.
   * When a worker dies, or is terminated because it has n tasks and has answered none of them for n × `taskMsMax`,
   * each of its tasks begins once more on another worker; lost a second time it rejects
   * with `WORKER_LOST`. Rejects with `NOT_CLONEABLE` when input or result cannot travel.
   * An error of a handler arrives with its `message`, and its `code` if it had one.
   */
  submit(task: Task, options?: { readonly signal?: AbortSignal }): Promise<unknown>;

  /** Resolves once every task submitted before it has settled, however, and none of them is in flight. */
  drain(): Promise<void>;

  /**
   * Accepts no more tasks, carries out those that wait, and resolves when none is in flight. Twice is no error.
   * From level 5: no worker is alive then.
   */
  close(): Promise<void>;

  /** From level 5. Exact at any moment: tasks accepted, and those of them that have resolved or rejected. */
  counts(): TaskCounts;
}

export interface TaskCounts {
  /** Tasks that were not refused with `OVERLOADED`, `CLOSED` or `INVALID_ARGUMENT`. */
  readonly submitted: number;
  readonly succeeded: number;
  readonly failed: number;
}

// ── Processing ────────────────────────────────────────────────────────────────────────────────

export interface Source {
  /** The ledger remembers under this name how far it has read: any text of 1–64 characters. */
  readonly name: string;
  readonly reader: TransactionReader;
}

export interface ProcessOptions {
  readonly mode: "batch" | "stream";

  /** A whole number of milliseconds from 1. Default 1000. Without meaning in mode "batch". */
  readonly microBatchMs?: number;

  readonly signal?: AbortSignal;
}

export interface SourceProgress {
  /** The offset of the first candidate that is not done. */
  readonly nextOffset: number;

  /** What was rejected, in the order of the offsets; what had happened already is not among it. */
  readonly quarantined: readonly Quarantined[];
}

export interface Quarantined {
  readonly offset: number;

  /** The reason of the rejection; "POISON" when a rule threw or a slow rule failed. */
  readonly reason: string;
}

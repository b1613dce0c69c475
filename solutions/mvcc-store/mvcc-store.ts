/**
 * Transactions over many versions: each reads one moment of the past and writes the next one.
 *
 *                     visible number                last number
 *                           ▼                            ▼
 *   commits   … 5   6   7   8 ┊  9  10  11   decided, on their way to the disk
 *                 ▲         ▲
 *                 │         └ begin: the snapshot contains 8 and all before it
 *                 └ oldest snapshot: versions that it does not need can go
 *
 * Guarantees:
 * - A commit is decided in one step, without an await: validated, numbered, installed. It takes part in
 *   conflicts from then on, and is seen when the visible number has reached it.
 * - The visible number moves only when everything up to it is safe, and before anybody is told. So
 *   there is one order: of the decisions, of the log, of what becomes visible, of the answers.
 * - What is older than the oldest snapshot needs is dropped when that snapshot ends.
 *
 * Reading order: version-chain.ts, transaction.ts, this file; then read-set.ts, recent-writes.ts and
 * open-snapshots.ts (levels 3 and 4); then batch.ts, log.ts, commit-queue.ts, recovery.ts (level 5).
 */
import type {
  BeginOptions,
  MvccStore,
  MvccStoreOptions,
  Transaction,
} from "#katas/mvcc-store/contract.ts";
import type { Clock } from "#platform/clock.ts";
import type { DiskLock } from "#platform/disk.ts";
import { ClosedError, ConflictError, ExpiredError } from "#platform/errors.ts";
import { checkIsolation, checkOptions } from "./arguments.ts";
import { encodeWrites } from "./batch.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { Log } from "./log.ts";
import { type Ending, OpenSnapshots, type Snapshot } from "./open-snapshots.ts";
import { recover } from "./recovery.ts";
import { type Authority, SnapshotTransaction, type Work } from "./transaction.ts";
import { VersionTable } from "./version-table.ts";

const commitsWaitingMaxDefault = 1024;

// ── Open ──────────────────────────────────────────────────────────────────────────────────────

export async function openMvccStore(options: MvccStoreOptions = {}): Promise<MvccStore> {
  checkOptions(options);
  const { disk, directory } = options;
  if (disk === undefined || directory === undefined) {
    return new VersionedStore(options, { entries: new Map() });
  }
  // Locked before the first look: another life may be in the middle of changing what is there.
  const lock = await disk.lock(directory);
  try {
    const { entries, log } = await recover(disk, directory);
    return new VersionedStore(options, { entries, durability: { log, lock } });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface StoreParts {
  readonly entries: ReadonlyMap<string, unknown>;
  /** Absent for a store in memory. */
  readonly durability?: { readonly log: Log; readonly lock: DiskLock };
}

class VersionedStore implements MvccStore, Authority {
  readonly #table: VersionTable;
  readonly #snapshots = new OpenSnapshots();
  /** Absent for a store in memory: there a commit is safe when it is decided. */
  readonly #queue: CommitQueue | undefined;
  readonly #lock: DiskLock | undefined;
  readonly #clock: Clock | undefined;
  readonly #transactionAgeMsMax: number;

  /** The number of the newest commit that was decided. */
  #lastNumber = 0;
  /** All commits up to this number are safe and seen, and none after it. */
  #visibleNumber = 0;
  #closing: Promise<void> | undefined;

  constructor(options: MvccStoreOptions, { entries, durability }: StoreParts) {
    const { transactionAgeMsMax, clock, commitsWaitingMax = commitsWaitingMaxDefault } = options;
    this.#table = new VersionTable(entries);
    this.#clock = transactionAgeMsMax === undefined ? undefined : clock;
    this.#transactionAgeMsMax = transactionAgeMsMax ?? Number.POSITIVE_INFINITY;
    this.#lock = durability?.lock;
    if (durability !== undefined) {
      this.#queue = new CommitQueue({
        log: durability.log,
        commitsWaitingMax,
        publish: (number) => this.#publish(number),
      });
    }
  }

  // ── Begin ───────────────────────────────────────────────────────────────────────────────────

  begin(options: BeginOptions = {}): Transaction {
    if (this.#closing !== undefined) throw errorOf("closed");
    checkIsolation(options);
    this.#endTheAbandoned();
    const snapshot = this.#snapshots.open(this.#visibleNumber, this.#clock?.now() ?? 0);
    const isSerializable = options.isolation === "serializable";
    return new SnapshotTransaction(this, this.#table, snapshot, isSerializable);
  }

  // ── Decide ──────────────────────────────────────────────────────────────────────────────────

  async commit(work: Work): Promise<void> {
    const { snapshot, writes } = work;
    this.refuseIfOver(snapshot);
    if (writes.size === 0) {
      // It has its place in the order already: right behind the last commit that it saw. Nothing that
      // came later can move it, whatever it has read.
      this.end(snapshot, "closed");
      return;
    }
    this.#queue?.refuseIfOverloaded();
    if (this.#hasConflict(work)) {
      this.end(snapshot, "conflict");
      throw errorOf("conflict");
    }
    // Whatever can refuse or fail comes before the installation: until then, nothing has happened.
    const body = this.#queue === undefined ? undefined : encodeWrites(writes);
    this.end(snapshot, "closed");
    this.#queue?.refuseIfFailed();
    const number = ++this.#lastNumber;
    // In memory what is decided is safe, and seen in the same step. Said before the installation, which
    // then knows that nobody will ask for what it replaces, unless an older snapshot is open.
    if (this.#queue === undefined) this.#publish(number);
    this.#table.install(number, writes, this.#horizon);
    // Decided. There was no await between the validation and this line, so nobody came in between.

    if (body !== undefined) await this.#queue?.add(number, body);
  }

  #hasConflict({ snapshot: { number }, writes, reads }: Work): boolean {
    // Whoever has seen every commit that was decided has missed none.
    if (number === this.#lastNumber) return false;
    return (
      this.#table.someWrittenAfter(number, writes) ||
      (reads !== undefined && this.#table.someReadWrittenAfter(number, (key) => reads.covers(key)))
    );
  }

  #publish(number: number): void {
    this.#visibleNumber = number;
    this.#endTheAbandoned();
    this.#collect();
  }

  // ── End ─────────────────────────────────────────────────────────────────────────────────────

  end(snapshot: Snapshot, ending: Ending): void {
    if (snapshot.ending !== undefined) return;
    this.#snapshots.end(snapshot, ending);
    this.#collect();
  }

  refuseIfOver(snapshot: Snapshot): void {
    if (snapshot.ending === undefined && this.#isAbandoned(snapshot)) this.end(snapshot, "expired");
    if (snapshot.ending !== undefined) throw errorOf(snapshot.ending);
  }

  /** Drops the versions that no open transaction can see, nor any that begins later. */
  #collect(): void {
    this.#table.collect(this.#horizon);
  }

  /** Every snapshot, open or yet to come, contains all commits up to this number. */
  get #horizon(): number {
    return this.#snapshots.oldest?.number ?? this.#visibleNumber;
  }

  /** Those who are too old stand at the front: whoever began earlier is older. */
  #endTheAbandoned(): void {
    for (;;) {
      const { oldest } = this.#snapshots;
      if (oldest === undefined || !this.#isAbandoned(oldest)) return;
      this.end(oldest, "expired");
    }
  }

  #isAbandoned({ begunAtMs }: Snapshot): boolean {
    return this.#clock !== undefined && this.#clock.now() - begunAtMs > this.#transactionAgeMsMax;
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    this.#snapshots.endAll("closed");
    try {
      await this.#queue?.close();
    } finally {
      await this.#lock?.release();
    }
  }
}

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

function errorOf(ending: Ending): Error {
  switch (ending) {
    case "closed":
      return new ClosedError(
        "Expected a store and a transaction that are open, got one that is over.",
      );
    case "conflict":
      return new ConflictError(
        "Another transaction wrote what this one has written or read; begin again.",
      );
    case "expired":
      return new ExpiredError("The transaction has become older than `transactionAgeMsMax`.");
  }
}

/**
 * Another right implementation, after PostgreSQL: a write is in the heap from the put on, under the transaction
 * that has put it, and whether anybody sees it depends on what has become of that one. Must pass up to level 4.
 *
 *   key ──▶ newest tuple ──▶ older tuple …      each has a writer; a writer is running, committed (when?) or gone
 *
 *   T1 ──reads what it overwrites──▶ T2 ──▶ T3     serializable: nobody is compared with what changed since. Edges
 *                                                  between readers and writers are noted as they arise, and refused
 *                                                  is who completes two in a row of which the last committed first
 *
 * So a transaction that has read something outdated commits, if nobody in turn relies on what it overwrites.
 */
import type {
  BeginOptions,
  MvccStore,
  MvccStoreOptions,
  Transaction,
} from "#katas/mvcc-store/contract.ts";
import {
  ClosedError,
  ConflictError,
  ExpiredError,
  InvalidArgumentError,
} from "#platform/errors.ts";

export const level = 4;

type State = "running" | "committed" | "closed" | "conflict" | "expired";

interface Tuple {
  readonly writer: HeapTransaction;
  /** Undefined for a delete. */
  value: unknown;
}

export async function openMvccStore(options: MvccStoreOptions = {}): Promise<MvccStore> {
  checkOptions(options);
  return new HeapStore(options);
}

class HeapStore implements MvccStore {
  /** Newest first. */
  readonly heap = new Map<string, Tuple[]>();
  /** In the order in which they began. */
  readonly running = new Set<HeapTransaction>();
  /** Serializable ones that have committed, and overlap one that runs; in the order of their commits. */
  readonly remembered = new Set<HeapTransaction>();
  /** Committed, with tuples that hide others. In the order of their commits. */
  readonly #vacuumQueue = new Set<HeapTransaction>();
  clockOfCommits = 0;
  isClosed = false;
  readonly #options: MvccStoreOptions;

  constructor(options: MvccStoreOptions) {
    this.#options = options;
  }

  begin({ isolation = "snapshot" }: BeginOptions = {}): Transaction {
    if (this.isClosed) throw new ClosedError("The store is closed.");
    if (!["snapshot", "serializable"].includes(isolation))
      throw new InvalidArgumentError("Expected an isolation that there is.");
    this.expireTheOld();
    const transaction = new HeapTransaction(this, isolation === "serializable", this.now());
    this.running.add(transaction);
    return transaction;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const transaction of [...this.running]) this.end(transaction, "closed");
  }

  now(): number {
    const { clock, transactionAgeMsMax } = this.#options;
    return transactionAgeMsMax === undefined ? 0 : (clock?.now() ?? 0);
  }

  isTooOld({ begunAt }: HeapTransaction): boolean {
    return this.now() - begunAt > (this.#options.transactionAgeMsMax ?? Infinity);
  }

  expireTheOld(): void {
    for (const transaction of this.running) {
      if (!this.isTooOld(transaction)) return;
      this.end(transaction, "expired");
    }
  }

  end(transaction: HeapTransaction, state: State): void {
    if (transaction.state !== "running") return;
    transaction.state = state;
    this.running.delete(transaction);
    if (state === "committed") {
      transaction.committedAt = ++this.clockOfCommits;
      this.#vacuumQueue.add(transaction);
      if (transaction.isSerializable) this.remembered.add(transaction);
    } else {
      for (const key of transaction.keysWritten) {
        const left = (this.heap.get(key) ?? []).filter(({ writer }) => writer !== transaction);
        if (left.length === 0) this.heap.delete(key);
        else this.heap.set(key, left);
      }
      for (const other of transaction.into) other.from.delete(transaction);
      for (const other of transaction.from) other.into.delete(transaction);
    }
    this.#vacuum();
  }

  #vacuum(): void {
    const [oldest] = this.running;
    const horizon = oldest?.snapshot ?? this.clockOfCommits;
    for (const transaction of this.remembered) {
      if (transaction.committedAt > horizon) break;
      this.remembered.delete(transaction);
      transaction.forget();
    }
    for (const transaction of this.#vacuumQueue) {
      if (transaction.committedAt > horizon) return;
      this.#vacuumQueue.delete(transaction);
      for (const key of transaction.keysWritten) this.#vacuumKey(key, horizon);
    }
  }

  #vacuumKey(key: string, horizon: number): void {
    const tuples = this.heap.get(key) ?? [];
    const lastSeen = tuples.findIndex(({ writer }) => writer.committedAt <= horizon);
    if (lastSeen === -1) return;
    const isDead = tuples[lastSeen]?.value === undefined;
    tuples.splice(isDead ? lastSeen : lastSeen + 1);
    if (tuples.length === 0) this.heap.delete(key);
  }
}

class HeapTransaction implements Transaction {
  readonly snapshot: number;
  readonly isSerializable: boolean;
  readonly begunAt: number;
  readonly keysWritten = new Set<string>();
  readonly #keysRead = new Set<string>();
  #rangesRead: [start: string, end: string | undefined][] = [];
  /** Whose writes this one has missed, and who has missed writes of this one. */
  readonly into = new Set<HeapTransaction>();
  readonly from = new Set<HeapTransaction>();
  state: State = "running";
  committedAt = Infinity;
  /** When the first of those committed whose writes this one had missed when it committed itself. */
  missedSince = Infinity;
  readonly #store: HeapStore;

  constructor(store: HeapStore, isSerializable: boolean, begunAt: number) {
    this.#store = store;
    this.snapshot = store.clockOfCommits;
    this.isSerializable = isSerializable;
    this.begunAt = begunAt;
  }

  // ── Reads ───────────────────────────────────────────────────────────────────────────────────

  get(key: string): unknown {
    this.#refuseIfOver();
    checkKey(key);
    if (!this.keysWritten.has(key)) {
      this.#keysRead.add(key);
      this.#missWritesOf(key);
    }
    return copyOf(this.#visible(key));
  }

  range(start = "", end?: string): [key: string, value: unknown][] {
    this.#refuseIfOver();
    checkKey(start);
    if (end !== undefined) checkKey(end);
    this.#rangesRead.push([start, end]);
    const entries: [key: string, value: unknown][] = [];
    for (const key of [...this.#store.heap.keys()].sort()) {
      if (!isBetween(key, start, end)) continue;
      this.#missWritesOf(key);
      const value = this.#visible(key);
      if (value !== undefined) entries.push([key, copyOf(value)]);
    }
    return entries;
  }

  #visible(key: string): unknown {
    const tuples = this.#store.heap.get(key) ?? [];
    return tuples.find(({ writer }) => writer === this || writer.committedAt <= this.snapshot)
      ?.value;
  }

  #missWritesOf(key: string): void {
    if (!this.isSerializable) return;
    for (const { writer } of this.#store.heap.get(key) ?? [])
      if (writer !== this && writer.isSerializable && writer.committedAt > this.snapshot)
        edge(this, writer);
  }

  hasRead(key: string): boolean {
    return (
      this.#keysRead.has(key) || this.#rangesRead.some(([start, end]) => isBetween(key, start, end))
    );
  }

  // ── Writes ──────────────────────────────────────────────────────────────────────────────────

  put(key: string, value: unknown): void {
    this.#refuseIfOver();
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("Expected a value.");
    this.#write(key, copyOf(value));
  }

  delete(key: string): void {
    this.#refuseIfOver();
    checkKey(key);
    this.#write(key, undefined);
  }

  /** The first to write wins: it need not commit for that. */
  #write(key: string, value: unknown): void {
    this.#store.expireTheOld();
    const tuples = this.#store.heap.get(key) ?? [];
    const [newest] = tuples;
    if (newest?.writer === this) {
      newest.value = value;
    } else if (newest !== undefined && newest.writer.committedAt > this.snapshot) {
      this.#store.end(this, "conflict");
      throw new ConflictError("Somebody else has written this.");
    } else {
      this.#store.heap.set(key, [{ writer: this, value }, ...tuples]);
      this.keysWritten.add(key);
    }
    if (!this.isSerializable) return;
    for (const reader of [...this.#store.running, ...this.#store.remembered]) {
      const overlaps = reader.committedAt > this.snapshot;
      if (reader !== this && reader.isSerializable && overlaps && reader.hasRead(key))
        edge(reader, this);
    }
  }

  // ── End ─────────────────────────────────────────────────────────────────────────────────────

  async commit(): Promise<void> {
    this.#refuseIfOver();
    if (this.isSerializable) {
      const missed = [...this.into].map(({ committedAt }) => committedAt);
      this.missedSince = Math.min(Infinity, ...missed);
      const isMiddle = this.missedSince < Infinity && this.from.size > 0;
      const isFirst = [...this.into].some(
        ({ committedAt, missedSince }) => missedSince < committedAt,
      );
      if (isMiddle || isFirst) {
        this.#store.end(this, "conflict");
        throw new ConflictError("No order explains what this transaction and others have read.");
      }
    }
    this.#store.end(this, "committed");
  }

  rollback(): void {
    this.#store.end(this, "closed");
  }

  forget(): void {
    for (const other of this.from) other.into.delete(this);
    for (const other of this.into) other.from.delete(this);
    this.from.clear();
    this.into.clear();
    this.#keysRead.clear();
    this.#rangesRead = [];
  }

  #refuseIfOver(): void {
    if (this.state === "running" && this.#store.isTooOld(this)) this.#store.end(this, "expired");
    if (this.state === "running") return;
    if (this.state === "conflict") throw new ConflictError("The transaction has lost.");
    if (this.state === "expired") throw new ExpiredError("The transaction is too old.");
    throw new ClosedError("The transaction is over.");
  }
}

function edge(reader: HeapTransaction, writer: HeapTransaction): void {
  reader.into.add(writer);
  writer.from.add(reader);
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected a value that can be copied.", { cause });
  }
}

function isBetween(key: string, start: string, end: string | undefined): boolean {
  return key >= start && (end === undefined || key < end);
}

function checkKey(key: unknown): void {
  if (typeof key === "string" && key.length <= 1024 && !/\p{Surrogate}/u.test(key)) return;
  throw new InvalidArgumentError("Expected a well-formed string of at most 1024 code units.");
}

function checkOptions({ clock, transactionAgeMsMax }: MvccStoreOptions): void {
  if (transactionAgeMsMax === undefined) return;
  const isAge = Number.isFinite(transactionAgeMsMax) && transactionAgeMsMax > 0;
  if (!isAge || clock === undefined)
    throw new InvalidArgumentError("Expected an age above 0, and a clock.");
}

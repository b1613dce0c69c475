/**
 * Another right implementation: conflicts show at the put. Whoever writes a key first holds it until the end; everybody
 * else who writes it is refused at once. Must pass up to level 4.
 *
 *   key ──▶ newest version ──▶ older ──▶ older         a linked list, and beside it who holds the key
 *
 * Versions are stamped when their commit is decided; before that they are in the transaction. What serializable
 * transactions read is noted at the keys and ranges themselves, and a commit marks the readers that it invalidates: they are
 * refused if they have written something. Garbage is swept a little later, between two turns of the event loop.
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

interface Version {
  readonly stamp: number;
  readonly value: unknown;
  older: Version | undefined;
}

interface Cell {
  newest: Version | undefined;
  holder: LockingTransaction | undefined;
}

type Over = "closed" | "conflict" | "expired";

export async function openMvccStore(options: MvccStoreOptions = {}): Promise<MvccStore> {
  checkOptions(options);
  return new LockingStore(options);
}

class LockingStore implements MvccStore {
  readonly #options: MvccStoreOptions;
  readonly #cells = new Map<string, Cell>();
  readonly open = new Set<LockingTransaction>();
  /** Keys with something that may be garbage. */
  readonly #untidy = new Set<string>();
  #isSweepComing = false;
  #isClosed = false;
  stamp = 0;

  constructor(options: MvccStoreOptions) {
    this.#options = options;
  }

  begin({ isolation = "snapshot" }: BeginOptions = {}): Transaction {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    if (isolation !== "snapshot" && (isolation as unknown) !== "serializable") {
      throw new InvalidArgumentError("Expected an isolation that there is.");
    }
    const transaction = new LockingTransaction(this, isolation === "serializable");
    this.open.add(transaction);
    return transaction;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const transaction of [...this.open]) this.end(transaction, "closed");
  }

  now(): number {
    const { clock, transactionAgeMsMax } = this.#options;
    return transactionAgeMsMax === undefined ? 0 : (clock?.now() ?? 0);
  }

  check(transaction: LockingTransaction): void {
    if (transaction.over === undefined && this.#isTooOld(transaction)) {
      this.end(transaction, "expired");
    }
    if (transaction.over === "closed") throw new ClosedError("The transaction is over.");
    if (transaction.over === "conflict") throw new ConflictError("The transaction has lost.");
    if (transaction.over === "expired") throw new ExpiredError("The transaction is too old.");
  }

  end(transaction: LockingTransaction, how: Over): void {
    if (transaction.over !== undefined) return;
    transaction.over = how;
    this.open.delete(transaction);
    for (const key of transaction.writes.keys()) {
      const cell = this.#cells.get(key);
      if (cell?.holder === transaction) cell.holder = undefined;
      if (cell !== undefined) this.#untidy.add(key);
    }
    this.#sweepLater();
  }

  #isTooOld({ begunAt }: LockingTransaction): boolean {
    return this.now() - begunAt > (this.#options.transactionAgeMsMax ?? Infinity);
  }

  #endTheOld(): void {
    for (const transaction of [...this.open]) {
      if (this.#isTooOld(transaction)) this.end(transaction, "expired");
    }
  }

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────

  keys(): Iterable<string> {
    return this.#cells.keys();
  }

  valueAt(key: string, snapshot: number): unknown {
    let version = this.#cells.get(key)?.newest;
    while (version !== undefined && version.stamp > snapshot) version = version.older;
    return version?.value;
  }

  isNewer(key: string, snapshot: number): boolean {
    return (this.#cells.get(key)?.newest?.stamp ?? 0) > snapshot;
  }

  /** Takes a key for a transaction, or ends it. */
  hold(key: string, transaction: LockingTransaction): void {
    this.#endTheOld();
    const cell = this.#cells.get(key) ?? { newest: undefined, holder: undefined };
    const isHeld = cell.holder !== undefined && cell.holder !== transaction;
    if (isHeld || (cell.newest?.stamp ?? 0) > transaction.snapshot) {
      this.end(transaction, "conflict");
      throw new ConflictError("Another transaction has written the same key.");
    }
    cell.holder = transaction;
    this.#cells.set(key, cell);
  }

  // ── Commit ──────────────────────────────────────────────────────────────────────────────────

  async commit(transaction: LockingTransaction): Promise<void> {
    this.check(transaction);
    const { writes } = transaction;
    if (writes.size > 0 && transaction.isOutdated) {
      this.end(transaction, "conflict");
      throw new ConflictError("Another transaction has written what this one has read.");
    }
    if (writes.size > 0) this.stamp += 1;
    for (const [key, value] of writes) {
      const cell = this.#cells.get(key);
      if (cell !== undefined) cell.newest = { stamp: this.stamp, value, older: cell.newest };
      for (const reader of this.open) if (reader.hasRead(key)) reader.isOutdated = true;
    }
    this.end(transaction, "closed");
  }

  // ── Garbage ─────────────────────────────────────────────────────────────────────────────────

  #sweepLater(): void {
    if (this.#isSweepComing) return;
    this.#isSweepComing = true;
    setImmediate(() => {
      this.#isSweepComing = false;
      this.#endTheOld();
      const horizon = Math.min(this.stamp, ...[...this.open].map(({ snapshot }) => snapshot));
      for (const key of this.#untidy) if (this.#isTidied(key, horizon)) this.#untidy.delete(key);
    });
  }

  /** Whether nothing is left that will be garbage one day. */
  #isTidied(key: string, horizon: number): boolean {
    const cell = this.#cells.get(key);
    if (cell === undefined) return true;
    let needed = cell.newest;
    while (needed !== undefined && needed.stamp > horizon) needed = needed.older;
    if (needed !== undefined) needed.older = undefined;
    const isGone = needed === cell.newest && needed?.value === undefined;
    if (isGone && cell.holder === undefined) return this.#cells.delete(key);
    return !isGone && cell.newest?.older === undefined;
  }
}

class LockingTransaction implements Transaction {
  readonly snapshot: number;
  readonly begunAt: number;
  readonly writes = new Map<string, unknown>();
  over: Over | undefined;
  /** Whether somebody has written what this one had read. */
  isOutdated = false;
  readonly #store: LockingStore;
  readonly #isSerializable: boolean;
  readonly #keys = new Set<string>();
  readonly #ranges: { start: string; end: string | undefined }[] = [];

  constructor(store: LockingStore, isSerializable: boolean) {
    this.#store = store;
    this.#isSerializable = isSerializable;
    this.snapshot = store.stamp;
    this.begunAt = store.now();
  }

  hasRead(key: string): boolean {
    if (this.#keys.has(key)) return true;
    return this.#ranges.some(({ start, end }) => key >= start && (end === undefined || key < end));
  }

  get(key: string): unknown {
    this.#store.check(this);
    checkKey(key);
    if (this.writes.has(key)) return structuredClone(this.writes.get(key));
    if (this.#isSerializable) this.#note(key);
    return structuredClone(this.#store.valueAt(key, this.snapshot));
  }

  /** What was written between the begin and this read has outdated it already. */
  #note(key: string): void {
    this.#keys.add(key);
    if (this.#store.isNewer(key, this.snapshot)) this.isOutdated = true;
  }

  range(start = "", end?: string): [key: string, value: unknown][] {
    this.#store.check(this);
    checkKey(start);
    if (end !== undefined) checkKey(end);
    const isIn = (key: string): boolean => key >= start && (end === undefined || key < end);
    if (this.#isSerializable) this.#ranges.push({ start, end });
    const entries: [key: string, value: unknown][] = [];
    for (const key of new Set([...this.#store.keys(), ...this.writes.keys()])) {
      if (!isIn(key)) continue;
      if (this.#isSerializable && this.#store.isNewer(key, this.snapshot)) this.isOutdated = true;
      const value = this.writes.has(key)
        ? this.writes.get(key)
        : this.#store.valueAt(key, this.snapshot);
      if (value !== undefined) entries.push([key, structuredClone(value)]);
    }
    return entries.sort(([left], [right]) => (left < right ? -1 : 1));
  }

  put(key: string, value: unknown): void {
    this.#store.check(this);
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("Expected a value.");
    const copy = copyOf(value);
    this.#store.hold(key, this);
    this.writes.set(key, copy);
  }

  delete(key: string): void {
    this.#store.check(this);
    checkKey(key);
    this.#store.hold(key, this);
    this.writes.set(key, undefined);
  }

  commit(): Promise<void> {
    return this.#store.commit(this);
  }

  rollback(): void {
    this.#store.end(this, "closed");
  }
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected a value that can be copied.", { cause });
  }
}

function checkKey(key: unknown): void {
  if (typeof key === "string" && key.length <= 1024 && !/\p{Surrogate}/u.test(key)) return;
  throw new InvalidArgumentError("Expected a well-formed string of at most 1024 code units.");
}

function checkOptions({ transactionAgeMsMax: age, clock }: MvccStoreOptions): void {
  if (age === undefined || (clock !== undefined && Number.isFinite(age) && age > 0)) return;
  throw new InvalidArgumentError("Expected `transactionAgeMsMax` above 0, and a `clock`.");
}

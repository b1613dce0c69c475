/**
 * A right store in memory, up to level 4, whose steps can be replaced one at a time: an array of versions for each
 * key, the writes of late for validation and garbage, the open transactions in the order in which they began.
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
import { checkBounds, checkIsolation, checkKey, checkOptions, copyOf } from "./arguments.ts";

export type Ending = "closed" | "conflict" | "expired";

/** Undefined under a key stands for a delete. */
export type Writes = ReadonlyMap<string, unknown>;

export interface Version {
  readonly number: number;
  readonly value: unknown;
}

export interface Bounds {
  readonly start: string | undefined;
  readonly end: string | undefined;
}

export type Entries = [key: string, value: unknown][];

export class PlainStore implements MvccStore {
  readonly options: MvccStoreOptions;
  /** Ascending by number. */
  readonly versions = new Map<string, Version[]>();
  /** Which keys the commits above the horizon wrote, ascending by number. */
  readonly recent = new Map<number, string[]>();
  /** In the order in which they began. */
  readonly open = new Set<PlainTransaction>();
  lastNumber = 0;
  visibleNumber = 0;
  closing: Promise<void> | undefined;

  constructor(options: MvccStoreOptions = {}) {
    checkOptions(options);
    this.options = options;
  }

  // ── Begin ───────────────────────────────────────────────────────────────────────────────────

  begin(options: BeginOptions = {}): Transaction {
    if (this.closing !== undefined) throw errorOf("closed");
    checkIsolation(options);
    this.endTheAbandoned();
    const transaction = this.newTransaction(options.isolation === "serializable");
    this.open.add(transaction);
    return transaction;
  }

  newTransaction(isSerializable: boolean): PlainTransaction {
    return new PlainTransaction(this, isSerializable);
  }

  now(): number {
    return this.options.transactionAgeMsMax === undefined ? 0 : (this.options.clock?.now() ?? 0);
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  valueAt(key: string, snapshot: number): unknown {
    return this.versions.get(key)?.findLast(({ number }) => number <= snapshot)?.value;
  }

  copyIn(value: unknown): unknown {
    return copyOf(value);
  }

  copyOut(value: unknown): unknown {
    return copyOf(value);
  }

  // ── Commit ──────────────────────────────────────────────────────────────────────────────────

  async commit(transaction: PlainTransaction): Promise<void> {
    this.refuseIfOver(transaction);
    const { writes } = transaction;
    if (writes.size === 0) {
      this.end(transaction, "closed");
      return;
    }
    this.admit(transaction);
    if (this.hasConflict(transaction)) {
      this.end(transaction, "conflict");
      throw errorOf("conflict");
    }
    this.end(transaction, "closed");
    await this.persist(this.install(writes), writes);
  }

  /** Throws when there is no room for another commit. */
  admit(_transaction: PlainTransaction): void {
    // In memory nobody waits.
  }

  hasConflict(transaction: PlainTransaction): boolean {
    return this.hasWriteConflict(transaction) || this.hasReadConflict(transaction);
  }

  hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    return [...writes.keys()].some((key) => this.newestNumberOf(key) > snapshot);
  }

  hasReadConflict(transaction: PlainTransaction): boolean {
    if (!transaction.isSerializable) return false;
    for (const [number, keys] of this.recent) {
      if (number > transaction.snapshot && keys.some((key) => transaction.hasRead(key)))
        return true;
    }
    return false;
  }

  newestNumberOf(key: string): number {
    return this.versions.get(key)?.at(-1)?.number ?? 0;
  }

  /** All in one step, under one number, which it returns. */
  install(writes: Writes): number {
    const number = ++this.lastNumber;
    for (const [key, value] of writes) this.addVersion(key, { number, value });
    this.recent.set(number, [...writes.keys()]);
    return number;
  }

  addVersion(key: string, version: Version): void {
    const versions = this.versions.get(key);
    if (versions === undefined) this.versions.set(key, [version]);
    else versions.push(version);
  }

  /** Resolves when the commit is safe and visible. */
  async persist(number: number, _writes: Writes): Promise<void> {
    this.publish(number);
  }

  publish(number: number): void {
    this.visibleNumber = number;
    this.endTheAbandoned();
    this.collect();
  }

  // ── End ─────────────────────────────────────────────────────────────────────────────────────

  end(transaction: PlainTransaction, ending: Ending): void {
    if (transaction.ending !== undefined) return;
    transaction.ending = ending;
    this.open.delete(transaction);
    this.collect();
  }

  refuseIfOver(transaction: PlainTransaction): void {
    if (transaction.ending === undefined && this.isAbandoned(transaction)) {
      this.end(transaction, "expired");
    }
    if (transaction.ending !== undefined) throw errorOf(transaction.ending);
  }

  isAbandoned({ begunAtMs }: PlainTransaction): boolean {
    return this.now() - begunAtMs > (this.options.transactionAgeMsMax ?? Infinity);
  }

  endTheAbandoned(): void {
    for (const transaction of [...this.open]) {
      if (!this.isAbandoned(transaction)) return;
      this.end(transaction, "expired");
    }
  }

  // ── Collect ─────────────────────────────────────────────────────────────────────────────────

  /** The oldest snapshot that somebody can read or will be able to. */
  horizon(): number {
    for (const { snapshot } of this.open) return snapshot;
    return this.visibleNumber;
  }

  collect(): void {
    const horizon = this.horizon();
    for (const [number, keys] of this.recent) {
      if (number > horizon) return;
      this.recent.delete(number);
      for (const key of keys) this.prune(key, horizon);
    }
  }

  /** Keeps the newest version at or below the horizon, unless it is a tombstone and all there is. */
  prune(key: string, horizon: number): void {
    const versions = this.versions.get(key);
    if (versions === undefined) return;
    const needed = versions.findLastIndex(({ number }) => number <= horizon);
    if (needed > 0) versions.splice(0, needed);
    const [oldest] = versions;
    if (versions.length > 1 || oldest === undefined) return;
    if (oldest.value === undefined && oldest.number <= horizon) this.versions.delete(key);
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  async shutDown(): Promise<void> {
    for (const transaction of [...this.open]) this.end(transaction, "closed");
  }
}

export class PlainTransaction implements Transaction {
  readonly store: PlainStore;
  readonly isSerializable: boolean;
  readonly begunAtMs: number;
  readonly writes = new Map<string, unknown>();
  readonly keysRead = new Set<string>();
  readonly rangesRead: Bounds[] = [];
  snapshot: number;
  ending: Ending | undefined;

  constructor(store: PlainStore, isSerializable: boolean) {
    this.store = store;
    this.isSerializable = isSerializable;
    this.begunAtMs = store.now();
    this.snapshot = store.visibleNumber;
  }

  get(key: string): unknown {
    this.store.refuseIfOver(this);
    checkKey(key);
    if (!this.writes.has(key)) this.noteKey(key);
    return this.store.copyOut(this.valueOf(key));
  }

  range(start?: string, end?: string): Entries {
    this.store.refuseIfOver(this);
    checkBounds(start, end);
    this.noteRange({ start, end });
    const entries: Entries = [];
    for (const key of this.keysBetween({ start, end })) {
      const value = this.valueOf(key);
      if (value !== undefined) entries.push([key, this.store.copyOut(value)]);
    }
    return entries;
  }

  /** Ascending; some of them may have no value. */
  keysBetween(bounds: Bounds): string[] {
    const keys = new Set([...this.store.versions.keys(), ...this.writes.keys()]);
    return [...keys].filter((key) => isBetween(key, bounds)).sort();
  }

  valueOf(key: string): unknown {
    return this.writes.has(key) ? this.writes.get(key) : this.store.valueAt(key, this.snapshot);
  }

  noteKey(key: string): void {
    if (this.isSerializable) this.keysRead.add(key);
  }

  noteRange(bounds: Bounds): void {
    if (this.isSerializable) this.rangesRead.push(bounds);
  }

  hasRead(key: string): boolean {
    return this.keysRead.has(key) || this.rangesRead.some((bounds) => isBetween(key, bounds));
  }

  put(key: string, value: unknown): void {
    this.store.refuseIfOver(this);
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("Expected a value, got undefined.");
    this.write(key, this.store.copyIn(value));
  }

  delete(key: string): void {
    this.store.refuseIfOver(this);
    checkKey(key);
    this.write(key, undefined);
  }

  write(key: string, value: unknown): void {
    this.writes.set(key, value);
  }

  commit(): Promise<void> {
    return this.store.commit(this);
  }

  rollback(): void {
    this.store.end(this, "closed");
  }
}

export function isBetween(key: string, { start, end }: Bounds): boolean {
  return (start === undefined || start <= key) && (end === undefined || key < end);
}

export function errorOf(ending: Ending): Error {
  switch (ending) {
    case "closed":
      return new ClosedError("The transaction or its store is over.");
    case "conflict":
      return new ConflictError("Somebody else has written what this transaction needs.");
    case "expired":
      return new ExpiredError("The transaction has become too old.");
  }
}

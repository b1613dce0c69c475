/**
 * Levels 1 and 2 in one file: what a strong candidate has at the bell.
 *
 *   begin   takes the number of the last commit: the snapshot
 *   read    own writes, then the newest version that is not newer than the snapshot
 *   commit  any version newer than the snapshot under a key of mine? CONFLICT. Else a new number, and in it all my writes
 *
 * A commit is decided, numbered and installed in one synchronous step. So there is nobody who could
 * see half of it, and nobody who could slip in between the validation and the installation.
 *
 * Left out, knowingly: old versions stay for ever (level 4), and ranges sort all keys. Whoever collects
 * has to keep the newest version at or below the oldest open snapshot.
 */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { ClosedError, ConflictError, InvalidArgumentError } from "#platform/errors.ts";

export const level = 2;

/** What the commit of that number gave a key; undefined, which nobody can put, stands for a delete. */
interface Version {
  readonly number: number;
  readonly value: unknown;
}

export async function openMvccStore(): Promise<MvccStore> {
  return new Store();
}

class Store implements MvccStore {
  /** The versions of each key, ascending. */
  readonly #versions = new Map<string, Version[]>();
  /** The number of the last commit. Given and seen at once, because both happen in one step. */
  #lastNumber = 0;
  #isClosed = false;

  begin(): Transaction {
    if (this.#isClosed) throw new ClosedError("Expected the store to be open; it was closed.");
    return new SnapshotTransaction(this, this.#lastNumber);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The value of a key at a snapshot; undefined when it was not there. */
  read(key: string, snapshot: number): unknown {
    return this.#versions.get(key)?.findLast(({ number }) => number <= snapshot)?.value;
  }

  keys(): Iterable<string> {
    return this.#versions.keys();
  }

  /** All or nothing, in one step: there must never be an await in here. */
  install(snapshot: number, writes: ReadonlyMap<string, unknown>): void {
    for (const key of writes.keys()) {
      if ((this.#versions.get(key)?.at(-1)?.number ?? 0) <= snapshot) continue;
      throw new ConflictError(`Another transaction has written ${JSON.stringify(key)} meanwhile.`);
    }
    if (writes.size > 0) this.#lastNumber += 1;
    for (const [key, value] of writes) {
      const version = { number: this.#lastNumber, value };
      const versions = this.#versions.get(key);
      if (versions === undefined) this.#versions.set(key, [version]);
      else versions.push(version);
    }
  }
}

class SnapshotTransaction implements Transaction {
  readonly #store: Store;
  readonly #snapshot: number;
  /** Undefined under a key stands for a delete. */
  readonly #writes = new Map<string, unknown>();
  #isOver = false;

  constructor(store: Store, snapshot: number) {
    this.#store = store;
    this.#snapshot = snapshot;
  }

  get(key: string): unknown {
    this.#refuseIfOver();
    checkKey("key", key);
    return structuredClone(this.#read(key));
  }

  range(start?: string, end?: string): [key: string, value: unknown][] {
    this.#refuseIfOver();
    if (start !== undefined) checkKey("start", start);
    if (end !== undefined) checkKey("end", end);
    const keys = [...new Set([...this.#store.keys(), ...this.#writes.keys()])];
    const between = keys.filter(
      (key) => (start === undefined || start <= key) && (end === undefined || key < end),
    );
    const entries: [key: string, value: unknown][] = [];
    for (const key of between.sort()) {
      const value = this.#read(key);
      if (value !== undefined) entries.push([key, structuredClone(value)]);
    }
    return entries;
  }

  put(key: string, value: unknown): void {
    this.#refuseIfOver();
    checkKey("key", key);
    if (value === undefined) {
      throw new InvalidArgumentError("Expected `value` to be a value, got undefined.");
    }
    this.#writes.set(key, copyOf(value));
  }

  delete(key: string): void {
    this.#refuseIfOver();
    checkKey("key", key);
    this.#writes.set(key, undefined);
  }

  async commit(): Promise<void> {
    this.#refuseIfOver();
    // Over from here on, whatever comes of it: a transaction that lost must not go on.
    this.#isOver = true;
    this.#store.install(this.#snapshot, this.#writes);
  }

  rollback(): void {
    this.#isOver = true;
  }

  /** An own delete hides what the store has: only `has` can tell it from "not written". */
  #read(key: string): unknown {
    return this.#writes.has(key) ? this.#writes.get(key) : this.#store.read(key, this.#snapshot);
  }

  #refuseIfOver(): void {
    if (!this.#isOver && !this.#store.isClosed) return;
    throw new ClosedError(
      "Expected a store and a transaction that are open, got one that is over.",
    );
  }
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected `value` to be one that structuredClone copies.", {
      cause,
    });
  }
}

function checkKey(name: string, key: unknown): void {
  if (typeof key !== "string") {
    throw new InvalidArgumentError(`Expected \`${name}\` to be a string, got ${typeof key}.`);
  }
  // With the flag u, a surrogate that has its partner is not seen as one.
  if (key.length > 1024 || /\p{Surrogate}/u.test(key)) {
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be at most 1024 UTF-16 code units without lone surrogates.`,
    );
  }
}

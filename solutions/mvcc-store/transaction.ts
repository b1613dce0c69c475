/**
 * One transaction: a snapshot, what it has written, and, if it is serializable, what it has read.
 *
 *   get, range ──▶ own writes, then the table at the snapshot
 *   put, delete ─▶ own writes
 *   commit ──────▶ the store, which alone decides
 *
 * Nothing of it is anywhere else until its commit. So nobody can see it, a rollback has nothing to
 * undo, and a transaction that is forgotten costs no more than what it holds itself.
 */
import type { Transaction } from "#katas/mvcc-store/contract.ts";
import { checkKey } from "./arguments.ts";
import type { Ending, Snapshot } from "./open-snapshots.ts";
import { ReadSet } from "./read-set.ts";
import { copyOf } from "./values.ts";
import type { VersionTable, Writes } from "./version-table.ts";
import { InvalidArgumentError } from "#platform/errors.ts";

/** What a transaction asks of its store. */
export interface Authority {
  /** Throws when the transaction with this snapshot is over. */
  refuseIfOver(snapshot: Snapshot): void;
  /** Decides, unless it is over, and resolves when the decision cannot be taken back any more. */
  commit(work: Work): Promise<void>;
  /** Ends a transaction, unless it is over. */
  end(snapshot: Snapshot, ending: Ending): void;
}

/** What is to be decided on. */
export interface Work {
  readonly snapshot: Snapshot;
  readonly writes: Writes;
  /** Undefined when it does not matter what was read. */
  readonly reads: ReadSet | undefined;
}

const noWrites: Writes = new Map();

export class SnapshotTransaction implements Transaction {
  readonly #authority: Authority;
  readonly #table: VersionTable;
  readonly #snapshot: Snapshot;
  readonly #reads: ReadSet | undefined;
  /** Undefined under a key stands for a delete; undefined as a whole, for nothing written yet. */
  #writes: Map<string, unknown> | undefined;

  constructor(
    authority: Authority,
    table: VersionTable,
    snapshot: Snapshot,
    isSerializable: boolean,
  ) {
    this.#authority = authority;
    this.#table = table;
    this.#snapshot = snapshot;
    this.#reads = isSerializable ? new ReadSet() : undefined;
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  get(key: string): unknown {
    this.#authority.refuseIfOver(this.#snapshot);
    if (this.#writes?.has(key) === true) return copyOf(this.#writes.get(key));
    const value = this.#table.valueAt(key, this.#snapshot.number);
    // A key that has a value was checked when it was put.
    if (value === undefined) checkKey("key", key);
    this.#reads?.addKey(key);
    return copyOf(value);
  }

  range(start?: string, end?: string): [key: string, value: unknown][] {
    this.#authority.refuseIfOver(this.#snapshot);
    if (start !== undefined) checkKey("start", start);
    if (end !== undefined) checkKey("end", end);
    this.#reads?.addRange(start, end);

    const entries: [key: string, value: unknown][] = [];
    const own = this.#writes ?? noWrites;
    this.#table.forEachBetween(start, end, this.#snapshot.number, (key, value) => {
      if (!own.has(key)) entries.push([key, copyOf(value)]);
    });
    const countBefore = entries.length;
    for (const [key, value] of own) {
      const isBetween = (start === undefined || start <= key) && (end === undefined || key < end);
      if (isBetween && value !== undefined) entries.push([key, copyOf(value)]);
    }
    // What came from the table is one ascending run, which the sort finds and only merges the rest into.
    return entries.length === countBefore
      ? entries
      : entries.sort(([left], [right]) => (left < right ? -1 : 1));
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  put(key: string, value: unknown): void {
    this.#authority.refuseIfOver(this.#snapshot);
    checkKey("key", key);
    if (value === undefined)
      throw new InvalidArgumentError("Expected `value` to be a value, got undefined.");
    const copy = copyOf(value);
    this.#writes ??= new Map();
    this.#writes.set(key, copy);
  }

  delete(key: string): void {
    this.#authority.refuseIfOver(this.#snapshot);
    checkKey("key", key);
    this.#writes ??= new Map();
    this.#writes.set(key, undefined);
  }

  // ── End ─────────────────────────────────────────────────────────────────────────────────────

  commit(): Promise<void> {
    return this.#authority.commit({
      snapshot: this.#snapshot,
      writes: this.#writes ?? noWrites,
      reads: this.#reads,
    });
  }

  rollback(): void {
    this.#authority.end(this.#snapshot, "closed");
    this.#writes = undefined;
  }
}

/**
 * Levels 1 and 2 in one file, in memory: what fits into the coding phase of an interview.
 *
 *   put, delete ──▶ memtable ──(full)──▶ table ──▶ tables, the newest first
 *   get     memtable, then each table, until one knows the key: a tombstone ends the search too
 *   range   all of them merged, as they were at the first `next`
 *
 * A table never changes, and the list of tables is replaced, not changed. So a view is a copy of the
 * memtable's part and a reference to the list: nothing that happens later can be seen in it.
 * A memtable becomes a table in one turn, so no get falls into a gap between the two. On a disk it
 * takes many turns: then the frozen memtable stays readable until its table is.
 *
 * Left for later: the log and the list of tables on the disk, index and filter, merging tables.
 */
import { Buffer } from "node:buffer";
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import * as errors from "#platform/errors.ts";

export const level = 2;

/** In the place of a value: the key was deleted. Unlike undefined, which says "not here, ask the next". */
const tombstone = Symbol("tombstone");
type Value = string | typeof tombstone;

/** Keys are strings of UTF-8 bytes, one character a byte, so that `<` is the order of the contract. */
interface Item {
  readonly key: string;
  readonly value: Value;
}

export async function openLsmTree({ memtableThreshold = 1000 }: LsmTreeOptions): Promise<LsmTree> {
  if (!Number.isSafeInteger(memtableThreshold) || memtableThreshold < 1) {
    throw new errors.InvalidArgumentError("Expected `memtableThreshold` to be a number from 1.");
  }
  return new MemoryTree(memtableThreshold);
}

class MemoryTree implements LsmTree {
  readonly #memtableThreshold: number;
  #memtable = new Map<string, Value>();
  /** The newest first. */
  #tables: readonly Table[] = [];
  #isClosed = false;

  constructor(memtableThreshold: number) {
    this.#memtableThreshold = memtableThreshold;
  }

  async put(key: string, value: string): Promise<void> {
    this.#refuseIfClosed();
    const keyBytes = bytesOf("key", key, 1024);
    bytesOf("value", value, 1_048_576);
    this.#set(keyBytes, value);
  }

  async delete(key: string): Promise<void> {
    this.#refuseIfClosed();
    // Also when nothing here holds the key: whether an older table does is not worth a search.
    this.#set(bytesOf("key", key, 1024), tombstone);
  }

  #set(key: string, value: Value): void {
    this.#memtable.set(key, value);
    if (this.#memtable.size >= this.#memtableThreshold) this.#freeze();
  }

  async get(key: string): Promise<string | undefined> {
    this.#refuseIfClosed();
    const keyBytes = bytesOf("key", key, 1024);
    let value = this.#memtable.get(keyBytes);
    for (const table of this.#tables) {
      if (value !== undefined) break;
      value = table.get(keyBytes);
    }
    return value === tombstone ? undefined : value;
  }

  range(start?: string, end?: string): AsyncIterable<Entry> {
    this.#refuseIfClosed();
    const startBytes = start === undefined ? "" : bytesOf("start", start, 1024);
    const endBytes = end === undefined ? undefined : bytesOf("end", end, 1024);
    return this.#entries(startBytes, endBytes);
  }

  async *#entries(start: string, end: string | undefined): AsyncGenerator<Entry, void> {
    this.#refuseIfClosed();
    // The view, taken in one turn. Everything below works on what cannot change.
    const sources = [new Table(this.#memtable), ...this.#tables].map((table) => table.from(start));
    for (const { key, value } of merged(sources)) {
      if (end !== undefined && key >= end) return;
      if (value === tombstone) continue;
      this.#refuseIfClosed();
      yield [Buffer.from(key, "latin1").toString(), value];
      this.#refuseIfClosed();
    }
  }

  async flush(): Promise<void> {
    this.#refuseIfClosed();
    this.#freeze();
  }

  /** One turn: whoever reads finds the entries in the memtable before it, and in the table after it. */
  #freeze(): void {
    if (this.#memtable.size === 0) return;
    this.#tables = [new Table(this.#memtable), ...this.#tables];
    this.#memtable = new Map();
  }

  async compact(): Promise<void> {
    throw new errors.NotImplementedError("compact belongs to level 5");
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new errors.ClosedError("The tree was closed.");
  }
}

/** Sorted and immutable. */
class Table {
  readonly #records: readonly Item[];

  constructor(memtable: ReadonlyMap<string, Value>) {
    this.#records = [...memtable]
      .map(([key, value]): Item => ({ key, value }))
      .sort((left, right) => (left.key < right.key ? -1 : 1));
  }

  get(key: string): Value | undefined {
    const record = this.#records[this.#countBelow(key)];
    return record?.key === key ? record.value : undefined;
  }

  /** The records from `start` on, one at a time. */
  from(start: string): Iterator<Item, void> {
    return recordsFrom(this.#records, this.#countBelow(start));
  }

  #countBelow(key: string): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle] as Item).key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function* recordsFrom(records: readonly Item[], first: number): Generator<Item, void> {
  for (let index = first; index < records.length; index++) yield records[index] as Item;
}

/** Ascending, each key once, from the first source that has it: the sources come newest first. */
function* merged(sources: readonly Iterator<Item, void>[]): Generator<Item, void> {
  const heads = sources.map((source) => source.next().value);
  for (;;) {
    let newest: Item | undefined;
    for (const head of heads) {
      // Only a smaller key beats an earlier source: of equal ones the newest wins.
      if (head && (newest === undefined || head.key < newest.key)) newest = head;
    }
    if (newest === undefined) return;
    yield newest;
    sources.forEach((source, index) => {
      if (heads[index]?.key === newest.key) heads[index] = source.next().value;
    });
  }
}

/** The UTF-8 bytes of a text, one character each. */
function bytesOf(name: string, text: unknown, bytesMax: number): string {
  if (typeof text === "string" && !/\p{Surrogate}/u.test(text)) {
    const bytes = Buffer.from(text).toString("latin1");
    if (bytes.length <= bytesMax) return bytes;
  }
  throw new errors.InvalidArgumentError(
    `Expected \`${name}\` to be well-formed text of at most ${bytesMax} bytes.`,
  );
}

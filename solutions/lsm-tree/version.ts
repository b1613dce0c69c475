/**
 * A version: which tables there are at one moment, and in which order they are asked. It never changes;
 * a flush or a merge makes the next one. Whoever reads holds on to the version with which it began.
 *
 *   level 0   [run] [run] [run]     memtables, the newest first; their keys overlap
 *   level 1   [run ............]    each deeper level is older than the one above it
 *   level 2   [run ...........................................]
 *
 * A *run* is a sequence of tables without overlap. Newer runs come first, level by level and within a
 * level, so the first run that knows a key has its latest value. Whether a deeper level has one run or
 * several is the strategy's business, see compaction.ts.
 *
 * Guarantee: a table is handed to `discard` when the last version that lists it is let go by its last
 * reader, and not before.
 */
import type { Buffer } from "node:buffer";
import { keyHash } from "./bloom-filter.ts";
import { Cursor, type Pieces } from "./cursor.ts";
import { bufferOf } from "./entry.ts";
import { invariant } from "#platform/invariant.ts";
import type { Table } from "./table.ts";

/** A cursor reads one block first, then twice as many with each read, up to this: 256 KiB. */
const blocksReadMax = 64;

export class Run {
  /** In ascending order of their keys. */
  readonly tables: readonly Table[];
  readonly entryCount: number;

  constructor(tables: readonly Table[]) {
    invariant(
      tables.every((table, index) => {
        const before = tables[index - 1];
        return before === undefined || before.lastKey < table.firstKey;
      }),
      "the tables of a run are in order and do not overlap",
    );
    this.tables = tables;
    this.entryCount = tables.reduce((sum, table) => sum + table.entryCount, 0);
  }

  /** The only table that can hold a key, or undefined. */
  tableFor(key: string): Table | undefined {
    return this.tables[this.#firstEndingFrom(key)];
  }

  /** The tables with keys from `first` to `last`, both included. */
  overlapping(first: string, last: string): readonly Table[] {
    return this.tables
      .slice(this.#firstEndingFrom(first))
      .filter(({ firstKey }) => firstKey <= last);
  }

  cursor(start?: string, end?: string, blocksReadFirst = 1): Cursor {
    const from = start === undefined ? 0 : this.#firstEndingFrom(start);
    const pieces = new RunPieces(this.tables, from, start, end, blocksReadFirst);
    return new Cursor(pieces, start === undefined ? undefined : bufferOf(start));
  }

  #firstEndingFrom(key: string): number {
    let low = 0;
    let high = this.tables.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.tables[middle] as Table).lastKey < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** From the newest level to the oldest; within each from the newest run to the oldest. */
export type Levels = readonly (readonly Run[])[];

const noTables: readonly Table[] = [];

export class Version {
  readonly levels: Levels;
  readonly #discard: (table: Table) => void;
  #holders = 1;

  /** Held by whoever makes it. */
  constructor(levels: Levels, discard: (table: Table) => void) {
    this.levels = levels;
    this.#discard = discard;
    for (const table of tablesOf(levels)) table.references += 1;
  }

  hold(): void {
    invariant(this.#holders > 0, "a version that was let go is not taken up again");
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    for (const table of tablesOf(this.levels)) {
      table.references -= 1;
      if (table.references === 0) this.#discard(table);
    }
  }

  /** The tables that may hold a key, the newest first: mostly one or none. Reads nothing. */
  tablesThatMayHold(key: string): readonly Table[] {
    const hash = keyHash(key);
    let tables: Table[] | undefined;
    for (const runs of this.levels) {
      for (const run of runs) {
        const table = run.tableFor(key);
        if (table?.mayHold(key, hash) === true) (tables ??= []).push(table);
      }
    }
    return tables ?? noTables;
  }

  /** A cursor for each run, the newest first. */
  cursors(start?: string, end?: string): Cursor[] {
    return this.levels.flat().map((run) => run.cursor(start, end));
  }
}

export function tablesOf(levels: Levels): Table[] {
  return levels.flatMap((runs) => runs.flatMap((run) => run.tables));
}

/** Reads the blocks of a run in order. */
class RunPieces implements Pieces {
  readonly #tables: readonly Table[];
  readonly #end: string | undefined;
  #table: number;
  #block: number;
  #count: number;

  constructor(
    tables: readonly Table[],
    from: number,
    start: string | undefined,
    end: string | undefined,
    blocksReadFirst: number,
  ) {
    this.#tables = tables;
    this.#end = end;
    this.#table = from;
    this.#block = start === undefined ? 0 : (tables[from]?.blockThatMayHold(start) ?? 0);
    this.#count = blocksReadFirst;
  }

  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const table = this.#tables[this.#table];
      if (table === undefined) return undefined;
      const count = Math.min(this.#count, table.blocksBelow(this.#end) - this.#block);
      if (count > 0) {
        const first = this.#block;
        this.#block += count;
        this.#count = Math.min(2 * this.#count, blocksReadMax);
        return table.readBlocks(first, count);
      }
      this.#table += 1;
      this.#block = 0;
    }
  }
}

/** A cursor over a whole run that is going to be read to its end. */
export function wholeRunCursor(run: Run): Cursor {
  return run.cursor(undefined, undefined, blocksReadMax);
}

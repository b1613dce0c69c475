/**
 * Another right implementation, of level 2: everything in memory. A memtable and tables are arrays sorted by the keys'
 * bytes; a table never changes, and a view is the list of those that were there, with a copy of the memtable.
 *
 *   memtable   [a ✕] [c 3]                 ✕ is a tombstone
 *   tables     [a 1] [b 2] · [a 0] [d 4]   the newest first
 *
 * Ranges merge lazily: one cursor for each array, the smallest key next, the newest of equal ones wins.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { ClosedError, InvalidArgumentError, NotImplementedError } from "#platform/errors.ts";

export const level = 2;

/** A key as it is and as bytes, and its value; a tombstone has none. */
interface Cell {
  readonly key: string;
  readonly bytes: Buffer;
  readonly value: string | undefined;
}

export async function openLsmTree({ memtableThreshold = 1000 }: LsmTreeOptions): Promise<LsmTree> {
  if (!Number.isInteger(memtableThreshold) || memtableThreshold < 1)
    throw new InvalidArgumentError("Expected `memtableThreshold` to be a whole number from 1.");
  let memtable: Cell[] = [];
  let tables: readonly (readonly Cell[])[] = [];
  let isClosed = false;

  const refuseWhenClosed = (): void => {
    if (isClosed) throw new ClosedError("The tree is closed.");
  };
  const freeze = (): void => {
    if (memtable.length > 0) tables = [memtable, ...tables];
    memtable = [];
  };
  const write = (key: string, value: string | undefined): void => {
    refuseWhenClosed();
    const bytes = keyBytes("key", key);
    if (value !== undefined) checkText("value", value, 1_048_576);
    const place = placeOf(memtable, bytes);
    const isKnown = memtable[place]?.key === key ? 1 : 0;
    memtable.splice(place, isKnown, { key, bytes, value });
    if (memtable.length >= memtableThreshold) freeze();
  };

  return {
    async get(key) {
      refuseWhenClosed();
      const bytes = keyBytes("key", key);
      for (const table of [memtable, ...tables]) {
        const cell = table[placeOf(table, bytes)];
        if (cell?.key === key) return cell.value;
      }
      return undefined;
    },
    async put(key, value) {
      checkText("value", value, 1_048_576);
      write(key, value);
    },
    async delete(key) {
      write(key, undefined);
    },
    range(start, end) {
      refuseWhenClosed();
      const from = start === undefined ? Buffer.alloc(0) : keyBytes("start", start);
      const to = end === undefined ? undefined : keyBytes("end", end);
      return iterationOf(merged([[...memtable], ...tables], from, to), () => isClosed);
    },
    async flush() {
      refuseWhenClosed();
      freeze();
    },
    async compact() {
      throw new NotImplementedError("compact: not written yet.");
    },
    async close() {
      isClosed = true;
    },
  };
}

function iterationOf(entries: Iterator<Entry>, isClosed: () => boolean): AsyncIterable<Entry> {
  let isOver = false;
  const over = { done: true, value: undefined } as const;
  const iterator: AsyncIterator<Entry> = {
    async next() {
      if (isOver) return over;
      if (isClosed()) throw new ClosedError("The tree was closed during the iteration.");
      const next = entries.next();
      isOver = next.done === true;
      return next;
    },
    async return() {
      isOver = true;
      return over;
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** The live entries of all tables, the newest first among them, from one key to before another. */
function* merged(
  tables: readonly (readonly Cell[])[],
  from: Buffer,
  to: Buffer | undefined,
): Generator<Entry> {
  const cursors = tables.map((cells) => ({ cells, at: placeOf(cells, from) }));
  for (;;) {
    let next: Cell | undefined;
    for (const { cells, at } of cursors) {
      const cell = cells[at];
      if (cell === undefined) continue;
      if (next === undefined || Buffer.compare(cell.bytes, next.bytes) < 0) next = cell;
    }
    if (next === undefined || (to !== undefined && Buffer.compare(next.bytes, to) >= 0)) return;
    for (const cursor of cursors) if (cursor.cells[cursor.at]?.key === next.key) cursor.at++;
    if (next.value !== undefined) yield [next.key, next.value];
  }
}

/** Where the key stands, or would. */
function placeOf(cells: readonly Cell[], bytes: Buffer): number {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare((cells[middle] as Cell).bytes, bytes) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keyBytes(name: string, key: unknown): Buffer {
  return checkText(name, key, 1024);
}

function checkText(name: string, text: unknown, bytesMax: number): Buffer {
  if (typeof text !== "string") throw new InvalidArgumentError(`Expected \`${name}\` to be text.`);
  const bytes = Buffer.from(text);
  // What is not well-formed does not come back from its bytes.
  if (bytes.length > bytesMax || bytes.toString() !== text)
    throw new InvalidArgumentError(`Expected \`${name}\` to be at most ${bytesMax} bytes of text.`);
  return bytes;
}

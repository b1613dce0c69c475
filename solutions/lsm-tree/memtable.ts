/**
 * A memtable: the newest entries, in memory. A map answers single keys at once; order is made only when
 * somebody asks for it, and kept until the next new key.
 */
import type { Buffer } from "node:buffer";
import { blockOf } from "./block.ts";
import { Cursor, type Pieces } from "./cursor.ts";
import { entryBytes, type Value } from "./entry.ts";

/** How much of a memtable is turned into bytes at a time when it is read in order. */
const pieceBytesTarget = 64 * 1024;

export class Memtable {
  /** Keys and values as strings of bytes, see text.ts. */
  readonly #values = new Map<string, Value>();
  /** The keys in their order, but for those behind `#sortedCount`, which came later. */
  #keys: string[] = [];
  #sortedCount = 0;
  #isAscii = true;

  get size(): number {
    return this.#values.size;
  }

  set(key: string, value: Value, isAscii: boolean): void {
    const sizeBefore = this.#values.size;
    this.#values.set(key, value);
    if (this.#values.size > sizeBefore) this.#keys.push(key);
    if (!isAscii) this.#isAscii = false;
  }

  /** Undefined when the key is not here: then older tables have to be asked. */
  lookUp(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /**
   * A cursor over the entries from `start` to before `end`, as they are now: what is set later does not
   * show. It holds references to them, not copies of their bytes.
   */
  cursor(start?: string, end?: string): Cursor {
    this.#sort();
    const first = start === undefined ? 0 : countBelow(this.#keys, start);
    const last = end === undefined ? this.#keys.length : countBelow(this.#keys, end);
    const keys = this.#keys.slice(first, last);
    const values = keys.map((key) => this.#values.get(key) as Value);
    return new Cursor(new MemtablePieces(keys, values, this.#isAscii));
  }

  /** Strings of bytes compare as their bytes do. Sorting is fast when the beginning is sorted already. */
  #sort(): void {
    if (this.#sortedCount === this.#keys.length) return;
    this.#keys.sort();
    this.#sortedCount = this.#keys.length;
  }
}

/** How many of these sorted keys come before `bound`. */
export function countBelow(keys: readonly string[], bound: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries as bytes, a few at a time, so that a memtable is never in memory twice. */
class MemtablePieces implements Pieces {
  readonly #keys: readonly string[];
  readonly #values: readonly Value[];
  readonly #isAscii: boolean;
  #next = 0;

  constructor(keys: readonly string[], values: readonly Value[], isAscii: boolean) {
    this.#keys = keys;
    this.#values = values;
    this.#isAscii = isAscii;
  }

  async next(): Promise<Buffer | undefined> {
    const first = this.#next;
    let bytes = 0;
    while (this.#next < this.#keys.length && bytes < pieceBytesTarget) {
      bytes += entryBytes(this.#keys[this.#next] as string, this.#values[this.#next] as Value);
      this.#next += 1;
    }
    if (this.#next === first) return undefined;
    const [keys, values] = [this.#keys, this.#values].map((all) => all.slice(first, this.#next));
    return blockOf(keys as string[], values as Value[], this.#isAscii);
  }
}

/**
 * A right tree of level 2 that lives in memory: a memtable, tables from the newest to the oldest, views by copying.
 * An impostor overrides the part that it gets wrong.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import { checkBounds, checkKey, checkValue, wholeNumber } from "./arguments.ts";
import { compareKeys } from "./byte-order.ts";

/** What a key has; a delete leaves a tombstone. */
export type Kept = { readonly value: string } | { readonly tombstone: true };

export type Table = ReadonlyMap<string, Kept>;

export class MemoryTree implements LsmTree {
  protected readonly threshold: number;
  protected memtable = new Map<string, Kept>();
  /** The newest first. */
  protected tables: Table[] = [];
  protected isClosed = false;

  constructor({ memtableThreshold }: LsmTreeOptions) {
    this.threshold = wholeNumber("memtableThreshold", memtableThreshold, 1000);
  }

  async get(key: string): Promise<string | undefined> {
    this.refuseWhenClosed();
    checkKey(key);
    return valueOf(this.find(key));
  }

  async put(key: string, value: string): Promise<void> {
    this.refuseWhenClosed();
    checkKey(key);
    checkValue(value);
    this.write(key, { value });
  }

  async delete(key: string): Promise<void> {
    this.refuseWhenClosed();
    checkKey(key);
    this.write(key, { tombstone: true });
  }

  async *range(start?: string, end?: string): AsyncGenerator<Entry> {
    this.refuseWhenClosed();
    checkBounds(start, end);
    for (const entry of this.entries(start, end)) {
      yield entry;
      this.refuseWhenClosed();
    }
  }

  async flush(): Promise<void> {
    this.refuseWhenClosed();
    if (this.memtable.size > 0) this.freeze();
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  protected refuseWhenClosed(): void {
    if (this.isClosed) throw new ClosedError("The tree is closed.");
  }

  protected write(key: string, kept: Kept): void {
    this.memtable.set(key, kept);
    if (this.memtable.size >= this.threshold) this.freeze();
  }

  protected freeze(): void {
    this.tables.unshift(this.memtable);
    this.memtable = new Map();
  }

  /** The newest that is known of a key. */
  protected find(key: string): Kept | undefined {
    const table = [this.memtable, ...this.tables].find((one) => one.has(key));
    return table?.get(key);
  }

  /** All live entries between the bounds, merged and sorted. */
  protected entries(start: string | undefined, end: string | undefined): readonly Entry[] {
    const merged = new Map<string, Kept>();
    for (const table of [...this.tables].reverse())
      for (const [key, kept] of table) merged.set(key, kept);
    for (const [key, kept] of this.memtable) merged.set(key, kept);
    return [...merged]
      .filter(([key]) => start === undefined || compareKeys(start, key) <= 0)
      .filter(([key]) => end === undefined || compareKeys(key, end) < 0)
      .sort(([left], [right]) => compareKeys(left, right))
      .flatMap(([key, kept]) => ("value" in kept ? [[key, kept.value] as const] : []));
  }
}

export function valueOf(kept: Kept | undefined): string | undefined {
  return kept !== undefined && "value" in kept ? kept.value : undefined;
}

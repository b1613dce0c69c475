/**
 * A cursor stands on one entry of a sorted run and moves forward. It reads entries where they lie, in the
 * bytes of a block, and makes texts only of those that somebody asks for: merging makes none at all.
 *
 * It moves within what has been read without waiting. `step` answers false when the next entry has to be
 * read first; then `load` must be awaited, which moves too.
 *
 * A *piece* is what one read brings: one or more whole blocks.
 */
import { Buffer } from "node:buffer";
import { blockBytes, blockHeaderBytes, entriesLengthAt, isAsciiAt } from "./block.ts";
import { compareBytes, entryHeaderBytes, keyLengthAt, valueLengthAt } from "./entry.ts";

/** Where a cursor's pieces come from, one after the other; undefined when there are no more. */
export interface Pieces {
  next(): Promise<Buffer | undefined>;
}

const nothing = Buffer.alloc(0);

export class Cursor {
  readonly #pieces: Pieces;
  /** Entries with smaller keys are passed over; undefined from the first entry that is not. */
  #start: Buffer | undefined;

  /** The current entry: `bytes` from `entry` to `end`, its key from `keyStart` to `keyEnd`, then its value. */
  bytes: Buffer = nothing;
  entry = 0;
  keyStart = 0;
  keyEnd = 0;
  end = 0;
  isTombstone = false;
  isAscii = false;
  /** True when there is no current entry, and there will be none. */
  isAtEnd = false;

  /** Where the entries of the current block end, and where the next block begins. */
  #blockEnd = 0;
  #nextBlock = 0;
  #blockStart = 0;
  /** The current block as a text, made when somebody asks for the first text in it. */
  #blockText: string | undefined;

  constructor(pieces: Pieces, start?: Buffer) {
    this.#pieces = pieces;
    this.#start = start;
  }

  /** Moves to the next entry if it has been read; false when it has not. */
  step(): boolean {
    if (this.end >= this.#blockEnd) {
      if (this.#nextBlock >= this.bytes.length) return false;
      this.#enterBlock(this.#nextBlock);
    }
    this.#enterEntry(this.end);
    return true;
  }

  /** Moves to the next entry, or to the end, after reading it. */
  async load(): Promise<void> {
    for (;;) {
      const piece = await this.#pieces.next();
      if (piece === undefined) {
        this.isAtEnd = true;
        return;
      }
      this.bytes = piece;
      this.#enterBlock(0);
      this.#enterEntry(this.end);
      if (this.#isPastStart()) return;
    }
  }

  /** The current key comes before, is, or comes after that of another cursor: below 0, 0 or above 0. */
  compareKey(other: Cursor): number {
    const { bytes, keyStart, keyEnd } = other;
    return compareBytes(this.bytes, this.keyStart, this.keyEnd, bytes, keyStart, keyEnd);
  }

  /** Whether the current key comes before this one. */
  isBefore(key: Buffer): boolean {
    return compareBytes(this.bytes, this.keyStart, this.keyEnd, key, 0, key.length) < 0;
  }

  key(): string {
    return this.#text(this.keyStart, this.keyEnd);
  }

  value(): string {
    return this.#text(this.keyEnd, this.end);
  }

  /**
   * A block of ASCII becomes one text, and each key and value a part of it that shares its memory: one
   * call for forty entries, where a call for each would take most of the time of a scan.
   */
  #text(start: number, end: number): string {
    if (!this.isAscii) return this.bytes.toString("utf8", start, end);
    this.#blockText ??= this.bytes.toString("latin1", this.#blockStart, this.#blockEnd);
    return this.#blockText.slice(start - this.#blockStart, end - this.#blockStart);
  }

  #enterBlock(block: number): void {
    const entriesLength = entriesLengthAt(this.bytes, block);
    this.#blockStart = block;
    this.#blockText = undefined;
    this.#blockEnd = block + blockHeaderBytes + entriesLength;
    this.#nextBlock = block + blockBytes(entriesLength);
    this.isAscii = isAsciiAt(this.bytes, block);
    this.end = block + blockHeaderBytes;
  }

  #enterEntry(entry: number): void {
    const valueLength = valueLengthAt(this.bytes, entry);
    this.entry = entry;
    this.keyStart = entry + entryHeaderBytes;
    this.keyEnd = this.keyStart + keyLengthAt(this.bytes, entry);
    this.isTombstone = valueLength === undefined;
    this.end = this.keyEnd + (valueLength ?? 0);
  }

  /** Passes over what lies before the start; false when the piece holds nothing else. */
  #isPastStart(): boolean {
    if (this.#start === undefined) return true;
    while (this.isBefore(this.#start)) {
      if (!this.step()) return false;
    }
    this.#start = undefined;
    return true;
  }
}

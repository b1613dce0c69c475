/**
 * A table: sorted entries in a file that never changes.
 *
 *   table  = block*  filter  index  footer
 *   filter = checksum:4  bits
 *   index  = checksum:4  (blockBytes:4  keyLength:2  firstKey)*  0:4  keyLength:2  lastKey
 *   footer = checksum:4  filterOffset:4  indexOffset:4  entryCount:4  tombstoneCount:4
 *
 * Numbers are unsigned and big-endian; every checksum covers the place of its part and what follows it
 * there. Filter and index stay in memory while the table is open, blocks do not: so a look-up reads one
 * block, or none.
 *
 * Guarantees:
 * - A table is durable, bytes and name apart, before anything refers to it.
 * - What has changed is not believed. A damaged block, index or footer is refused; a damaged filter is
 *   left out, and look-ups read a block more often.
 */
import type { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import { findInBlock, isWholeBlock } from "./block.ts";
import { mayHold } from "./bloom-filter.ts";
import { checksum, placeSeed } from "./checksum.ts";
import type { Value } from "./entry.ts";
import { pathOf, readFully } from "./files.ts";
import { countBelow } from "./memtable.ts";

export const footerBytes = 20;
export const checksumBytes = 4;

/** What is known of a table without reading its blocks. */
export interface TableIndex {
  /** The first key of each block, and the last key of all. Strings of bytes. */
  readonly firstKeys: readonly string[];
  readonly lastKey: string;
  /** Where each block begins, and where the last one ends. */
  readonly offsets: readonly number[];
  /** Undefined when it is damaged. */
  readonly filter: Uint8Array | undefined;
  readonly entryCount: number;
  readonly tombstoneCount: number;
}

export class Table {
  readonly number: number;
  readonly path: string;
  /** The size of the file. */
  readonly bytes: number;
  readonly firstKey: string;
  readonly lastKey: string;
  readonly entryCount: number;
  readonly tombstoneCount: number;
  readonly #file: DiskFile;
  readonly #index: TableIndex;

  /** How many versions list this table; see version.ts. */
  references = 0;

  constructor(file: DiskFile, path: string, number: number, bytes: number, index: TableIndex) {
    this.number = number;
    this.path = path;
    this.bytes = bytes;
    this.firstKey = index.firstKeys[0] as string;
    this.lastKey = index.lastKey;
    this.entryCount = index.entryCount;
    this.tombstoneCount = index.tombstoneCount;
    this.#file = file;
    this.#index = index;
  }

  static async open(disk: Disk, directory: string, number: number): Promise<Table> {
    const path = pathOf(directory, "table", number);
    const file = await disk.open(path);
    try {
      const bytes = await file.size();
      return new Table(file, path, number, bytes, await readIndex(file, path, number, bytes));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get blockCount(): number {
    return this.#index.firstKeys.length;
  }

  get hasFilter(): boolean {
    return this.#index.filter !== undefined;
  }

  /** False only when the key is not in this table. */
  mayHold(key: string, hash: number): boolean {
    if (key < this.firstKey || key > this.lastKey) return false;
    return this.#index.filter === undefined || mayHold(this.#index.filter, hash);
  }

  /** The value of a key between the first and the last one, or undefined when it is not in this table. */
  async lookUp(key: string): Promise<Value | undefined> {
    return findInBlock(await this.readBlocks(this.blockThatMayHold(key), 1), 0, key);
  }

  /** The last block that begins with this key or one before it; the first block if there is none. */
  blockThatMayHold(key: string): number {
    const { firstKeys } = this.#index;
    const below = countBelow(firstKeys, key);
    return firstKeys[below] === key ? below : Math.max(0, below - 1);
  }

  /** How many blocks, from the first on, hold keys before `end`. */
  blocksBelow(end: string | undefined): number {
    return end === undefined ? this.blockCount : countBelow(this.#index.firstKeys, end);
  }

  /** The bytes of `count` blocks, each of them checked. */
  async readBlocks(first: number, count: number): Promise<Buffer> {
    const { offsets } = this.#index;
    const position = offsets[first] as number;
    const bytes = await readFully(
      this.#file,
      position,
      (offsets[first + count] as number) - position,
    );
    for (let block = first; block < first + count; block += 1) {
      const offset = offsets[block] as number;
      const end = offsets[block + 1] as number;
      if (!isWholeBlock(bytes, offset - position, end - position, this.number, offset)) {
        throw new CorruptionError(this.path, offset, "a block does not fit its checksum");
      }
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function readIndex(
  file: DiskFile,
  path: string,
  number: number,
  bytes: number,
): Promise<TableIndex> {
  const footerOffset = bytes - footerBytes;
  if (footerOffset < 0) throw new CorruptionError(path, 0, "it is shorter than a footer");
  const footer = await readFully(file, footerOffset, footerBytes);
  if (!isWhole(footer, 0, footerBytes, number, footerOffset)) {
    throw new CorruptionError(path, footerOffset, "the footer does not fit its checksum");
  }
  const filterOffset = footer.readUInt32BE(4);
  const indexOffset = footer.readUInt32BE(8);
  const rest = await readFully(file, filterOffset, footerOffset - filterOffset);
  const indexStart = indexOffset - filterOffset;
  if (!isWhole(rest, indexStart, rest.length, number, indexOffset)) {
    throw new CorruptionError(path, indexOffset, "the index does not fit its checksum");
  }
  const isFilterWhole = isWhole(rest, 0, indexStart, number, filterOffset);
  return {
    ...parseIndex(rest, indexStart + checksumBytes),
    filter: isFilterWhole ? rest.subarray(checksumBytes, indexStart) : undefined,
    entryCount: footer.readUInt32BE(12),
    tombstoneCount: footer.readUInt32BE(16),
  };
}

/** Reads an index whose checksum fits. */
function parseIndex(
  bytes: Buffer,
  start: number,
): Pick<TableIndex, "firstKeys" | "lastKey" | "offsets"> {
  const firstKeys: string[] = [];
  const offsets = [0];
  let offset = 0;
  let position = start;
  for (;;) {
    const blockBytes = bytes.readUInt32BE(position);
    const keyStart = position + 6;
    position = keyStart + bytes.readUInt16BE(position + 4);
    const key = bytes.toString("latin1", keyStart, position);
    // The last key stands where another block would, with a length that no block has.
    if (blockBytes === 0) return { firstKeys, lastKey: key, offsets };
    firstKeys.push(key);
    offset += blockBytes;
    offsets.push(offset);
  }
}

function isWhole(
  bytes: Buffer,
  start: number,
  end: number,
  number: number,
  offset: number,
): boolean {
  const seed = placeSeed(number, offset);
  return bytes.readUInt32BE(start) === checksum(bytes, start + checksumBytes, end, seed);
}

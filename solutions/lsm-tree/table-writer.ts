/**
 * Writes tables: from entries in ascending order to files that are synced. Their names are not: whoever
 * is going to refer to a table syncs the directory first.
 */
import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { invariant } from "#platform/invariant.ts";
import { blockBytes, blockBytesTarget, blockHeaderBytes, sealBlock } from "./block.ts";
import { filterOf, keyHashAt } from "./bloom-filter.ts";
import { checksum, placeSeed } from "./checksum.ts";
import type { Cursor } from "./cursor.ts";
import { pathOf } from "./files.ts";
import type { Merge } from "./merge.ts";
import { checksumBytes, footerBytes, Table } from "./table.ts";

/** A run of more bytes becomes several tables, so that a merge can take a part of it. */
const tableBytesTarget = 2 * 1024 * 1024;
/** So much is written at once. Small enough that others get their turn between two appends. */
const appendBytesTarget = 256 * 1024;

export interface RunOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly nextNumber: () => number;
  readonly dropsTombstones: boolean;
  /** Called before each append; throws when nobody needs the run any more. */
  readonly goOn: () => void;
}

/** Writes all entries of `source` as one sorted run, and answers its tables: none if there was nothing. */
export async function writeRun(source: Merge, options: RunOptions): Promise<Table[]> {
  const tables: Table[] = [];
  let writer: TableWriter | undefined;
  try {
    await source.load();
    for (let cursor = source.current; cursor !== undefined; cursor = source.current) {
      if (!(options.dropsTombstones && cursor.isTombstone)) {
        writer ??= await TableWriter.create(options);
        writer.add(cursor);
        if (writer.unwrittenBytes >= appendBytesTarget) {
          options.goOn();
          await writer.append();
          if (writer.bytes >= tableBytesTarget) {
            tables.push(await writer.finish());
            writer = undefined;
          }
        }
      }
      if (!source.step()) await source.load();
    }
    options.goOn();
    if (writer !== undefined) tables.push(await writer.finish());
    return tables;
  } catch (error) {
    // Nothing lists what was written. If it cannot be removed now, the next open does it.
    for (const table of writer === undefined ? tables : [...tables, writer]) {
      await table.close().catch(() => undefined);
      await options.disk.remove(table.path).catch(() => undefined);
    }
    throw error;
  }
}

class TableWriter {
  readonly path: string;
  readonly #file: DiskFile;
  readonly #number: number;

  /** What has been appended to the file, and behind it what has not. */
  #appendedBytes = 0;
  #buffer = Buffer.allocUnsafe(blockBytesTarget);
  #length = 0;

  /** The block that is being filled begins here in the buffer; undefined before its first entry. */
  #block: number | undefined;
  #isBlockAscii = true;

  readonly #firstKeys: string[] = [];
  readonly #offsets: number[] = [0];
  readonly #hashes: number[] = [];
  #lastKey = "";
  #lastKeyStart = 0;
  #lastKeyEnd = 0;
  #tombstoneCount = 0;

  private constructor(file: DiskFile, path: string, number: number) {
    this.#file = file;
    this.path = path;
    this.#number = number;
  }

  static async create({ disk, directory, nextNumber }: RunOptions): Promise<TableWriter> {
    const number = nextNumber();
    const path = pathOf(directory, "table", number);
    return new TableWriter(await disk.open(path, { create: true }), path, number);
  }

  get bytes(): number {
    return this.#appendedBytes + this.#length;
  }

  get unwrittenBytes(): number {
    return this.#length;
  }

  /** Adds the entry on which the cursor stands, as the bytes that it is. */
  add(cursor: Cursor): void {
    const { bytes, entry, keyStart, keyEnd, end } = cursor;
    const entryLength = end - entry;
    if (this.#block !== undefined && this.#length + entryLength > this.#block + blockBytesTarget) {
      this.#seal();
    }
    this.#makeRoom(blockHeaderBytes + entryLength + 3);
    if (this.#block === undefined) {
      this.#block = this.#length;
      this.#isBlockAscii = true;
      this.#length += blockHeaderBytes;
      this.#firstKeys.push(bytes.toString("latin1", keyStart, keyEnd));
    }
    this.#lastKeyStart = this.#length + keyStart - entry;
    this.#lastKeyEnd = this.#length + keyEnd - entry;
    bytes.copy(this.#buffer, this.#length, entry, end);
    this.#length += entryLength;
    this.#isBlockAscii &&= cursor.isAscii;
    this.#hashes.push(keyHashAt(bytes, keyStart, keyEnd));
    if (cursor.isTombstone) this.#tombstoneCount += 1;
  }

  /** Appends what is finished. The buffer belongs to the disk until then. */
  async append(): Promise<void> {
    if (this.#block !== undefined) this.#seal();
    const length = this.#length;
    await this.#file.append(this.#buffer.subarray(0, length));
    this.#appendedBytes += length;
    this.#length = 0;
  }

  /** Ends the table; when this resolves, its bytes are safe. */
  async finish(): Promise<Table> {
    if (this.#block !== undefined) this.#seal();
    const entryCount = this.#hashes.length;
    invariant(entryCount > 0, "a table has an entry");
    const filter = filterOf(this.#hashes);
    const filterOffset = this.bytes;
    const indexOffset = filterOffset + this.#add(this.#checked(filterOffset, filter));
    this.#add(this.#checked(indexOffset, this.#encodedIndex()));
    const footer = Buffer.alloc(footerBytes - checksumBytes);
    footer.writeUInt32BE(filterOffset, 0);
    footer.writeUInt32BE(indexOffset, 4);
    footer.writeUInt32BE(entryCount, 8);
    footer.writeUInt32BE(this.#tombstoneCount, 12);
    this.#add(this.#checked(this.bytes, footer));
    await this.append();
    await this.#file.sync();
    return new Table(this.#file, this.path, this.#number, this.#appendedBytes, {
      firstKeys: this.#firstKeys,
      lastKey: this.#lastKey,
      offsets: this.#offsets,
      filter,
      entryCount,
      tombstoneCount: this.#tombstoneCount,
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #seal(): void {
    const start = this.#block as number;
    this.#lastKey = this.#buffer.toString("latin1", this.#lastKeyStart, this.#lastKeyEnd);
    const entriesLength = this.#length - start - blockHeaderBytes;
    const seed = placeSeed(this.#number, this.#appendedBytes + start);
    sealBlock(this.#buffer, start, entriesLength, this.#isBlockAscii, seed);
    this.#length = start + blockBytes(entriesLength);
    this.#offsets.push(this.#appendedBytes + this.#length);
    this.#block = undefined;
  }

  #encodedIndex(): Buffer {
    const keys = [...this.#firstKeys, this.#lastKey];
    const bytes = Buffer.alloc(keys.reduce((sum, key) => sum + 6 + key.length, 0));
    let offset = 0;
    keys.forEach((key, block) => {
      const [start = 0, end = start] = this.#offsets.slice(block, block + 2);
      bytes.writeUInt32BE(end - start, offset);
      bytes.writeUInt16BE(key.length, offset + 4);
      offset += 6 + bytes.write(key, offset + 6, "latin1");
    });
    return bytes;
  }

  /** A part behind its checksum, for a place in this file. */
  #checked(offset: number, part: Uint8Array): Buffer {
    const bytes = Buffer.allocUnsafe(checksumBytes + part.length);
    bytes.set(part, checksumBytes);
    const seed = placeSeed(this.#number, offset);
    bytes.writeUInt32BE(checksum(bytes, checksumBytes, bytes.length, seed), 0);
    return bytes;
  }

  #add(part: Buffer): number {
    this.#makeRoom(part.length);
    this.#buffer.set(part, this.#length);
    this.#length += part.length;
    return part.length;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

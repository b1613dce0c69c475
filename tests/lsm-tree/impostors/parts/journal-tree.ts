/**
 * A right tree of level 3 with everything in memory and one file on the disk: a journal, which is the log and the
 * tables in one, and is read whole at each open.
 *
 *   journal   line*
 *   line      checksum " " key " " value (" " key " " value)* "\n"     one batch of writes, in base64; "-" is a tombstone
 *
 * A batch is appended after the sync of the one before it, so a whole line vouches for all in front of it. What is not
 * whole at the end is what a crash cut off. An impostor overrides the part that it gets wrong.
 */
import { crc32 } from "node:zlib";
import type { LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import { checkKey, checkValue } from "./arguments.ts";
import { type Kept, MemoryTree } from "./memory-tree.ts";
import { readWhole } from "./read-whole.ts";

export interface Write {
  readonly key: string;
  readonly kept: Kept;
}

interface Waiting extends Write {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class JournalTree extends MemoryTree {
  protected readonly disk: Disk;
  protected readonly directory: string;
  #file: DiskFile | undefined;
  #lock: DiskLock | undefined;
  /** Where the whole lines end. */
  #end = 0;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LsmTreeOptions) {
    super(options);
    this.disk = options.disk;
    this.directory = options.directory;
  }

  /** Resolves with the tree when it shows what is in its directory. */
  async opened(): Promise<this> {
    this.#lock = await this.lockDirectory();
    try {
      this.#file = await this.disk.open(this.path, { create: true });
      this.replay(await readWhole(this.#file));
      await this.makeFinal(this.#file, this.#end);
      return this;
    } catch (error) {
      await this.#file?.close();
      await this.#lock.release();
      throw error;
    }
  }

  override async put(key: string, value: string): Promise<void> {
    this.refuseWhenClosed();
    checkKey(key);
    checkValue(value);
    await this.commit({ key, kept: { value } });
  }

  override async delete(key: string): Promise<void> {
    this.refuseWhenClosed();
    checkKey(key);
    await this.commit({ key, kept: { tombstone: true } });
  }

  override close(): Promise<void> {
    this.isClosed = true;
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.#committing;
    await this.#file?.close();
    await this.#lock?.release();
  }

  // ── Parts ───────────────────────────────────────────────────────────────────────────────────

  protected get path(): string {
    return `${this.directory}/journal`;
  }

  protected lockDirectory(): Promise<DiskLock> {
    return this.disk.lock(this.directory);
  }

  /** Resolves when writes that were called before are answered. */
  protected async answered(): Promise<void> {
    await this.#committing;
  }

  /** Resolves when the write is safe and can be read. */
  protected commit(write: Write): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...write, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    await undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.appendBatch(this.#file as DiskFile, batch);
        for (const { key, kept, resolve } of batch) {
          this.apply(key, kept);
          resolve();
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#committing = undefined;
  }

  protected async appendBatch(file: DiskFile, batch: readonly Write[]): Promise<void> {
    await file.append(this.line(batch));
    await file.sync();
  }

  /** Called when the write is safe. */
  protected apply(key: string, kept: Kept): void {
    this.write(key, kept);
  }

  protected line(batch: readonly Write[]): Uint8Array {
    return lineOf(batch.map(({ key, kept }) => fieldsOf(key, kept)).join(" "));
  }

  protected replay(journal: Buffer): void {
    let isTorn = false;
    for (let start = 0; start < journal.length;) {
      const found = journal.indexOf("\n", start);
      const end = found === -1 ? journal.length : found + 1;
      const text = wholeLine(journal.subarray(start, end));
      if (text === undefined) isTorn = true;
      else {
        if (isTorn) this.damaged();
        this.replayLine(text);
        this.#end = end;
      }
      start = end;
    }
  }

  protected replayLine(text: string): void {
    const fields = text.split(" ");
    for (let at = 0; at < fields.length; at += 2)
      this.write(textOf(fields[at] ?? ""), keptOf(fields[at + 1] ?? "-"));
  }

  /** A line that is not whole stands in front of a whole one. */
  protected damaged(): void {
    throw new CorruptionError(this.path, this.#end, "a later line vouches for it");
  }

  /** Cuts off what is not whole, and makes safe what is going to be shown. */
  protected async makeFinal(file: DiskFile, end: number): Promise<void> {
    if (end < (await file.size())) await file.truncate(end);
    await file.sync();
    await this.disk.syncDirectory(this.directory);
  }
}

export function lineOf(text: string): Uint8Array {
  const bytes = Buffer.from(text, "latin1");
  return Buffer.concat([Buffer.from(`${checksum(bytes)} `), bytes, Buffer.from("\n")]);
}

/** What a whole line says, or undefined. */
function wholeLine(line: Buffer): string | undefined {
  const text = line.subarray(9, -1);
  const isWhole = line.toString("latin1", 0, 9) === `${checksum(text)} ` && line.at(-1) === 0x0a;
  return isWhole ? text.toString("latin1") : undefined;
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}

export function fieldsOf(key: string, kept: Kept): string {
  const value = "value" in kept ? Buffer.from(kept.value).toString("base64") : "-";
  return `${Buffer.from(key).toString("base64")} ${value}`;
}

export function textOf(field: string): string {
  return Buffer.from(field, "base64").toString();
}

export function keptOf(field: string): Kept {
  return field === "-" ? { tombstone: true } : { value: textOf(field) };
}

/**
 * A store of its own: logs of checked blocks, a table of what lived before them, and a manifest that says
 * which of them count. It merges the logs into a new table by itself, as soon as there are several.
 *
 *   MANIFEST-<n>     the table that counts, and the first log behind it; the highest number wins
 *   tables/<n>       records in blocks, synced before a manifest names it
 *   wal/<n>.wal      batches in blocks; a block says where its batch begins, and so what is synced before it
 *
 * Wrong: close waits for the calls that were made, and nobody called for the merge. It goes on when the
 * directory belongs to somebody else, and removes the table that the next owner has just written.
 */
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  errorCode,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { wholeNumber } from "./parts/options.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-survives-crashes",
  level: 5,
  misconception: "what nobody has called for nobody waits for",
} as const;

const blockBytes = 256,
  headerBytes = 14,
  bodyBytes = blockBytes - headerBytes,
  logsMax = 4;
type Value = Uint8Array | null;
interface Manifest {
  table: number | null;
  firstLog: number;
}

class Mutex {
  private last: Promise<unknown> = Promise.resolve();
  run<T>(f: () => Promise<T>): Promise<T> {
    const p = this.last.then(f);
    this.last = p.catch(() => {});
    return p;
  }
}

class Tracker {
  private n = 0;
  private waiters: (() => void)[] = [];
  async during<T>(f: () => Promise<T>): Promise<T> {
    this.n++;
    try {
      return await f();
    } finally {
      if (--this.n === 0) for (const w of this.waiters.splice(0)) w();
    }
  }

  async empty() {
    while (this.n > 0) await new Promise<void>((r) => this.waiters.push(r));
  }
}

function pack(key: string, value: Value): Buffer {
  const k = Buffer.from(key, "latin1"),
    b = Buffer.alloc(7 + k.length + (value?.length ?? 0));
  b[0] = value ? 1 : 2;
  b.writeUInt16BE(k.length, 1);
  b.writeUInt32BE(value?.length ?? 0, 3);
  b.set(k, 7);
  if (value) b.set(value, 7 + k.length);
  return b;
}

function* unpack(b: Buffer): Generator<[string, Value]> {
  for (let at = 0; at < b.length;) {
    const keyLength = b.readUInt16BE(at + 1),
      valueLength = b.readUInt32BE(at + 3),
      k = at + 7;
    yield [
      b.toString("latin1", k, k + keyLength),
      b[at] === 1 ? new Uint8Array(b.subarray(k + keyLength, k + keyLength + valueLength)) : null,
    ];
    at = k + keyLength + valueLength;
  }
}

/** block: crc32(4) log(4) first block of its batch(3, in blocks) last?(1) length(2) body */
function blocksOf(payload: Buffer, log: number, first: number): Buffer {
  const n = Math.max(1, Math.ceil(payload.length / bodyBytes)),
    out = Buffer.alloc(n * blockBytes);
  for (let i = 0; i < n; i++) {
    const part = payload.subarray(i * bodyBytes, (i + 1) * bodyBytes),
      b = out.subarray(i * blockBytes, (i + 1) * blockBytes);
    b.writeUInt32BE(log, 4);
    b.writeUIntBE(first, 8, 3);
    b[11] = i === n - 1 ? 1 : 0;
    b.writeUInt16BE(part.length, 12);
    b.set(part, headerBytes);
    b.writeUInt32BE((crc32(b.subarray(4)) ^ (first + i)) >>> 0, 0);
  }
  return out;
}

class LogWriter {
  readonly number: number;
  blocks = 0;
  private readonly file: DiskFile;

  private constructor(number: number, file: DiskFile) {
    this.number = number;
    this.file = file;
  }

  static async create(disk: Disk, directory: string, number: number): Promise<LogWriter> {
    const path = `${directory}/${String(number).padStart(6, "0")}.wal`;
    await removeIfThere(disk, path);
    const file = await disk.open(path, { create: true });
    await disk.syncDirectory(directory);
    return new LogWriter(number, file);
  }

  async write(payload: Buffer) {
    const b = blocksOf(payload, this.number, this.blocks);
    await this.file.append(b);
    await this.file.sync();
    this.blocks += b.length / blockBytes;
  }

  get bytes() {
    return this.blocks * blockBytes;
  }

  async close() {
    await this.file.close().catch(() => {});
  }
}

function readLog(bytes: Buffer, number: number, path: string, last: boolean): Buffer[] {
  const n = Math.floor(bytes.length / blockBytes),
    headers: ({ first: number; end: boolean; body: Buffer } | undefined)[] = [];
  let proven = 0;
  for (let i = 0; i < n; i++) {
    const b = bytes.subarray(i * blockBytes, (i + 1) * blockBytes),
      ok = b.readUInt32BE(4) === number && b.readUInt32BE(0) === (crc32(b.subarray(4)) ^ i) >>> 0;
    const h = ok
      ? {
          first: b.readUIntBE(8, 3),
          end: b[11] === 1,
          body: b.subarray(headerBytes, headerBytes + b.readUInt16BE(12)),
        }
      : undefined;
    if (h) proven = Math.max(proven, h.first);
    headers.push(h);
  }
  const payloads: Buffer[] = [];
  let i = 0;
  while (i < n) {
    const start = i,
      parts: Buffer[] = [];
    let whole = false;
    for (; i < n; i++) {
      const h = headers[i];
      if (!h || h.first !== start) break;
      parts.push(h.body);
      if (h.end) {
        whole = true;
        i++;
        break;
      }
    }
    if (!whole) {
      if (i < proven || !last)
        throw new CorruptionError(path, i * blockBytes, "a block that was synced is damaged");
      return payloads;
    }
    payloads.push(Buffer.concat(parts));
  }
  if (!last && bytes.length % blockBytes !== 0)
    throw new CorruptionError(path, n * blockBytes, "a file that was synced ends within a block");
  return payloads;
}

export async function openDurableKv(o: DurableKvOptions): Promise<DurableKv> {
  const s = wholeNumber("segmentBytesMax", o.segmentBytesMax, 1024, 1_048_576);
  const w = wholeNumber("writersWaitingMax", o.writersWaitingMax, 1, 1024);
  const lock = await o.disk.lock(o.directory);
  try {
    const e = new Engine(o.disk, o.directory, lock, w, s);
    await e.recover();
    return e;
  } catch (e) {
    await lock.release();
    throw e;
  }
}

class Engine implements DurableKv {
  private readonly memory = new Map<string, Value>();
  private manifest!: Manifest;
  private log!: LogWriter;
  private nextNumber = 1;
  private manifestNumber = 0;
  private logs = 0;
  private readonly writing = new Mutex();
  private readonly merging = new Mutex();
  private readonly calls = new Tracker();
  private batch: { changes: [string, Value][]; promise: Promise<void> } | undefined;
  private writers = 0;
  private dead: unknown;
  private closing: Promise<void> | undefined;
  private mergeQueued: Promise<void> | undefined;
  private readonly disk: Disk;
  private readonly root: string;
  private readonly lock: DiskLock;
  private readonly max: number;
  private readonly segment: number;

  constructor(disk: Disk, root: string, lock: DiskLock, max: number, segment: number) {
    this.disk = disk;
    this.root = root;
    this.lock = lock;
    this.max = max;
    this.segment = segment;
  }

  private get wal() {
    return `${this.root}/wal`;
  }

  private get tables() {
    return `${this.root}/tables`;
  }

  async recover() {
    await this.disk.makeDirectory(this.wal);
    await this.disk.makeDirectory(this.tables);
    await this.disk.syncDirectory(this.root);
    const numbers = (await this.disk.list(this.root))
      .map((n) => /^MANIFEST-(\d+)$/.exec(n))
      .filter((m) => m !== null)
      .map((m) => Number(m[1]));
    this.manifestNumber = Math.max(0, ...numbers);
    this.manifest = { table: null, firstLog: 0 };
    if (this.manifestNumber > 0) {
      const path = `${this.root}/MANIFEST-${this.manifestNumber}`,
        b = await readAll(this.disk, path);
      if (b.length !== 16 || crc32(b.subarray(0, 12)) !== b.readUInt32BE(12))
        throw new CorruptionError(path, 0, "its checksum is wrong");
      this.manifest = { table: b.readUInt32BE(0) || null, firstLog: b.readUInt32BE(4) };
    }
    if (this.manifest.table !== null) {
      const path = `${this.tables}/${this.manifest.table}`,
        b = await readAll(this.disk, path);
      for (const payload of readLog(b, this.manifest.table, path, false))
        for (const [k, v] of unpack(payload)) this.memory.set(k, v);
    }
    const logs = (await this.disk.list(this.wal))
      .map((n) => parseInt(n, 10))
      .sort((a, b) => a - b)
      .filter((n) => n >= this.manifest.firstLog);
    for (const n of logs) {
      const path = `${this.wal}/${String(n).padStart(6, "0")}.wal`;
      for (const payload of readLog(await readAll(this.disk, path), n, path, n === logs.at(-1)))
        for (const [k, v] of unpack(payload))
          if (v) this.memory.set(k, v);
          else this.memory.delete(k);
    }
    this.nextNumber = Math.max(0, this.manifest.table ?? 0, this.manifest.firstLog, ...logs) + 1;
    // What was read may be unsynced, and a sync of this life may not cover it: a table of our own does.
    const firstLog = this.nextNumber;
    await this.merge(false);
    this.log = await LogWriter.create(this.disk, this.wal, firstLog);
  }

  private async merge(live: boolean) {
    const [then, firstLog] = live
      ? await this.writing.run(async () => {
          if (this.dead !== undefined) throw this.dead;
          await this.rotate();
          return [new Map(this.memory), this.log.number] as const;
        })
      : ([new Map(this.memory), this.nextNumber] as const);
    if (!live) this.nextNumber++;
    const number = this.nextNumber++,
      path = `${this.tables}/${number}`;
    await removeIfThere(this.disk, path);
    const file = await this.disk.open(path, { create: true });
    try {
      let parts: Buffer[] = [],
        bytes = 0,
        at = 0;
      const spill = async () => {
        const b = blocksOf(Buffer.concat(parts), number, at);
        await file.append(b);
        at += b.length / blockBytes;
        parts = [];
        bytes = 0;
      };
      for (const [k, v] of then) {
        const p = pack(k, v);
        parts.push(p);
        bytes += p.length;
        if (bytes > 20_000) await spill();
      }
      if (bytes > 0 || at === 0) await spill();
      await file.sync();
    } finally {
      await file.close();
    }
    await this.disk.syncDirectory(this.tables);
    const b = Buffer.alloc(16);
    b.writeUInt32BE(number, 0);
    b.writeUInt32BE(firstLog, 4);
    b.writeUInt32BE(crc32(b.subarray(0, 12)), 12);
    const temp = `${this.root}/manifest.new`;
    await removeIfThere(this.disk, temp);
    const f = await this.disk.open(temp, { create: true });
    try {
      await f.append(b);
      await f.sync();
    } finally {
      await f.close();
    }
    await this.disk.rename(temp, `${this.root}/MANIFEST-${++this.manifestNumber}`);
    await this.disk.syncDirectory(this.root);
    this.manifest = { table: number, firstLog };
    for (const n of await this.disk.list(this.tables))
      if (n !== String(number)) await removeIfThere(this.disk, `${this.tables}/${n}`);
    for (const n of await this.disk.list(this.wal))
      if (parseInt(n, 10) < firstLog) await removeIfThere(this.disk, `${this.wal}/${n}`);
    for (const n of await this.disk.list(this.root))
      if (n.startsWith("MANIFEST-") && n !== `MANIFEST-${this.manifestNumber}`)
        await removeIfThere(this.disk, `${this.root}/${n}`);
    for (const d of [this.tables, this.wal, this.root]) await this.disk.syncDirectory(d);
  }

  private async rotate() {
    const old = this.log as LogWriter | undefined;
    try {
      this.log = await LogWriter.create(this.disk, this.wal, this.nextNumber++);
    } catch (e) {
      this.dead = e ?? "rotate";
      throw e;
    }
    this.logs++;
    await old?.close();
  }

  get(key: Uint8Array) {
    return this.calls.during(async () => {
      this.alive();
      checkKey(key);
      const v = this.memory.get(textOf(key));
      return v ? v.slice() : undefined;
    });
  }

  put(key: Uint8Array, value: Uint8Array) {
    return this.calls.during(async () => {
      this.alive();
      checkKey(key);
      checkValue(value);
      await this.write(textOf(key), Uint8Array.from(value));
    });
  }

  delete(key: Uint8Array) {
    return this.calls.during(async () => {
      this.alive();
      checkKey(key);
      await this.write(textOf(key), null);
    });
  }

  private alive() {
    if (this.closing) throw new ClosedError("The store is closed.");
  }

  private async write(key: string, value: Value) {
    if (this.writers >= this.max) throw new OverloadedError("Too many writes are waiting.");
    this.writers++;
    try {
      if (this.batch === undefined) {
        const batch = { changes: [] as [string, Value][], promise: Promise.resolve() };
        this.batch = batch;
        batch.promise = this.writing.run(async () => {
          if (this.batch === batch) this.batch = undefined;
          if (this.dead !== undefined)
            throw new StorageError("The disk has failed a write.", { cause: this.dead });
          if (this.log.bytes >= this.segment) await this.rotate();
          try {
            await this.log.write(Buffer.concat(batch.changes.map(([k, v]) => pack(k, v))));
          } catch (e) {
            this.dead = e ?? "write";
            throw e;
          }
          for (const [k, v] of batch.changes)
            if (v) this.memory.set(k, v);
            else this.memory.delete(k);
          if (this.logs > logsMax) {
            this.logs = 0;
            void this.merging.run(() => this.merge(true)).catch(() => {});
          }
        });
      }
      this.batch.changes.push([key, value]);
      await this.batch.promise;
    } finally {
      this.writers--;
    }
  }

  compact() {
    return this.calls.during(() => {
      if (this.closing) return Promise.reject(new ClosedError("The store is closed."));
      this.mergeQueued ??= this.merging.run(() => {
        this.mergeQueued = undefined;
        return this.merge(true);
      });
      return this.mergeQueued;
    });
  }

  close() {
    return (this.closing ??= this.calls.empty().then(async () => {
      await this.log.close();
      await this.lock.release();
    }));
  }
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}

async function readAll(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path);
  try {
    return await readWhole(file);
  } finally {
    await file.close();
  }
}

async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.remove(path);
  } catch (error) {
    if (errorCode(error) !== "NOT_FOUND") throw error;
  }
}

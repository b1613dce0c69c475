import assert from "node:assert/strict";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";

/**
 * The promises of katas/platform/disk.ts that a disk keeps while nothing goes wrong, for any disk:
 *
 *     describe("the real disk", () => registerDiskContract(test, makeDisk));
 *
 * `makeDisk` gives a disk with an empty directory on it. What survives a crash is not judged here.
 */
export function registerDiskContract(
  register: (sentence: string, body: () => Promise<void>) => void,
  makeDisk: () => Promise<{ disk: Disk; directory: string }>,
): void {
  for (const [sentence, promise] of Object.entries(promises)) {
    register(sentence, async () => {
      const { disk, directory } = await makeDisk();
      const opened: DiskFile[] = [];
      try {
        await promise(rememberingFiles(disk, opened), directory);
      } finally {
        await Promise.allSettled(opened.map((file) => file.close()));
      }
    });
  }
}

/** The same disk; what it opens is remembered, so that no handle is left behind. */
function rememberingFiles(disk: Disk, opened: DiskFile[]): Disk {
  return {
    async open(path, options) {
      const file = await disk.open(path, options);
      opened.push(file);
      return file;
    },
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    list: (directory) => disk.list(directory),
    makeDirectory: (path) => disk.makeDirectory(path),
    syncDirectory: (directory) => disk.syncDirectory(directory),
    lock: (directory) => disk.lock(directory),
  };
}

type DiskPromise = (disk: Disk, directory: string) => Promise<void>;

const promises: Readonly<Record<string, DiskPromise>> = {
  // ── Files ───────────────────────────────────────────────────────────────────────────────────
  "open without create rejects with NOT_FOUND when there is no such file": async (
    disk,
    directory,
  ) => {
    await assertRejectsWith("NOT_FOUND", disk.open(`${directory}/absent`));
    assert.deepEqual(await disk.list(directory), []);
  },

  "open with create makes an empty file, and opens one that is there as it is": async (
    disk,
    directory,
  ) => {
    const made = await created(disk, `${directory}/file`);
    assert.equal(await made.size(), 0);
    await made.append(bytes(1, 2, 3));
    const again = await created(disk, `${directory}/file`);
    assert.deepEqual(await contentOf(again), bytes(1, 2, 3));
  },

  "open with create rejects when the directory is not there": async (disk, directory) => {
    await assertRejectsWith("NOT_FOUND", created(disk, `${directory}/absent/file`));
  },

  "append adds at the end, whoever appended before": async (disk, directory) => {
    const one = await created(disk, `${directory}/file`);
    const other = await created(disk, `${directory}/file`);
    await one.append(bytes(1, 2));
    await other.append(bytes(3));
    await one.append(bytes(4, 5));
    assert.deepEqual(await contentOf(other), bytes(1, 2, 3, 4, 5));
  },

  "append takes the bytes of a view, not those around it": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(9, 9, 1, 2, 9).subarray(2, 4));
    assert.deepEqual(await contentOf(file), bytes(1, 2));
  },

  "an empty append changes nothing": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes());
    assert.equal(await file.size(), 0);
  },

  "overlapping appends land each in one piece": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    const pieces = Array.from({ length: 40 }, (_, index) =>
      new Uint8Array(1 + index * 97).fill(index + 1),
    );
    await Promise.all(pieces.map((piece) => file.append(piece)));
    const content = await contentOf(file);
    const seen = new Set<number>();
    for (let position = 0; position < content.length;) {
      const value = content[position] ?? 0;
      const piece = pieces[value - 1];
      assert(piece !== undefined && !seen.has(value), `There is a stray ${value} at ${position}.`);
      assert.deepEqual(content.subarray(position, position + piece.length), piece);
      seen.add(value);
      position += piece.length;
    }
    assert.equal(seen.size, pieces.length);
  },

  "read answers from a position, up to the end of the file": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(0, 1, 2, 3, 4, 5));
    assert.deepEqual(await readFully(file, 2, 3), bytes(2, 3, 4));
    assert.deepEqual(await readFully(file, 4, 100), bytes(4, 5));
  },

  "read is empty at and beyond the end": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    assert.deepEqual(await file.read(0, 10), bytes());
    await file.append(bytes(1, 2));
    assert.deepEqual(await file.read(2, 10), bytes());
    assert.deepEqual(await file.read(2000, 10), bytes());
    assert.deepEqual(await file.read(2000, 64 * 1024 * 1024), bytes());
  },

  "read gives a buffer of its own": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1, 2, 3));
    (await file.read(0, 3)).fill(9);
    assert.deepEqual(await contentOf(file), bytes(1, 2, 3));
  },

  "what an append was given belongs to its caller once it has settled": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    const piece = bytes(1, 2, 3);
    await file.append(piece);
    piece.fill(9);
    assert.deepEqual(await contentOf(file), bytes(1, 2, 3));
  },

  "reads do not move where the next append lands": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1, 2, 3));
    await file.read(0, 1);
    await file.append(bytes(4));
    assert.deepEqual(await contentOf(file), bytes(1, 2, 3, 4));
  },

  "a file of a few megabytes comes back byte for byte": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    const content = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 31) >>> 3);
    await file.append(content);
    assert.equal(await file.size(), content.length);
    assert.equal(Buffer.compare(await contentOf(file), content), 0);
  },

  "truncate cuts the file, and the next append lands at its new end": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1, 2, 3, 4));
    await file.truncate(1);
    assert.equal(await file.size(), 1);
    await file.append(bytes(5));
    assert.deepEqual(await contentOf(file), bytes(1, 5));
  },

  "truncate never makes a file longer": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1, 2));
    await assert.rejects(file.truncate(3));
    assert.equal(await file.size(), 2);
  },

  "sync and syncDirectory resolve and change nothing that is seen": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1));
    await file.sync();
    await disk.syncDirectory(directory);
    assert.deepEqual(await contentOf(file), bytes(1));
    assert.deepEqual(await disk.list(directory), ["file"]);
  },

  "a closed handle rejects every call, and the file stays": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1));
    await file.close();
    await assert.rejects(file.append(bytes(2)));
    await assert.rejects(file.read(0, 1));
    await assert.rejects(file.size());
    await assert.rejects(file.truncate(0));
    await assert.rejects(file.sync());
    assert.deepEqual(await contentOf(await disk.open(`${directory}/file`)), bytes(1));
  },

  // ── Names ───────────────────────────────────────────────────────────────────────────────────
  "rename replaces a file, and open handles keep theirs": async (disk, directory) => {
    const from = await created(disk, `${directory}/from`);
    await from.append(bytes(1));
    const to = await created(disk, `${directory}/to`);
    await to.append(bytes(2));
    await disk.rename(`${directory}/from`, `${directory}/to`);
    assert.deepEqual(await disk.list(directory), ["to"]);
    assert.deepEqual(await contentOf(await disk.open(`${directory}/to`)), bytes(1));
    await from.append(bytes(3));
    assert.deepEqual(await contentOf(await disk.open(`${directory}/to`)), bytes(1, 3));
    assert.deepEqual(await contentOf(to), bytes(2));
  },

  "rename rejects with NOT_FOUND when there is no such file": async (disk, directory) => {
    await assertRejectsWith("NOT_FOUND", disk.rename(`${directory}/absent`, `${directory}/to`));
    assert.deepEqual(await disk.list(directory), []);
  },

  "remove takes the name away, and an open handle still reads": async (disk, directory) => {
    const file = await created(disk, `${directory}/file`);
    await file.append(bytes(1));
    await disk.remove(`${directory}/file`);
    assert.deepEqual(await disk.list(directory), []);
    assert.deepEqual(await contentOf(file), bytes(1));
    await assertRejectsWith("NOT_FOUND", disk.open(`${directory}/file`));
  },

  "remove rejects with NOT_FOUND when there is no such file": async (disk, directory) => {
    await assertRejectsWith("NOT_FOUND", disk.remove(`${directory}/absent`));
  },

  "list names files and directories of one directory, not what lies below": async (
    disk,
    directory,
  ) => {
    await created(disk, `${directory}/file`);
    await disk.makeDirectory(`${directory}/below`);
    await created(disk, `${directory}/below/hidden`);
    assert.deepEqual((await disk.list(directory)).sort(), ["below", "file"]);
    assert.deepEqual(await disk.list(`${directory}/below`), ["hidden"]);
  },

  "list rejects with NOT_FOUND when there is no such directory": async (disk, directory) => {
    await assertRejectsWith("NOT_FOUND", disk.list(`${directory}/absent`));
  },

  "makeDirectory leaves a directory that is there as it is": async (disk, directory) => {
    await disk.makeDirectory(`${directory}/below`);
    await created(disk, `${directory}/below/file`);
    await disk.makeDirectory(`${directory}/below`);
    assert.deepEqual(await disk.list(`${directory}/below`), ["file"]);
  },

  "makeDirectory needs its parent, and no file of that name": async (disk, directory) => {
    await assertRejectsWith("NOT_FOUND", disk.makeDirectory(`${directory}/absent/below`));
    await created(disk, `${directory}/file`);
    await assert.rejects(disk.makeDirectory(`${directory}/file`));
  },

  // ── The lock ────────────────────────────────────────────────────────────────────────────────
  "a locked directory rejects with LOCKED until it is released": async (disk, directory) => {
    const lock = await disk.lock(directory);
    await assertRejectsWith("LOCKED", disk.lock(directory));
    await lock.release();
    await (await disk.lock(directory)).release();
  },

  "of many that lock at once exactly one succeeds, every time": async (disk, directory) => {
    for (let round = 0; round < 20; round += 1) {
      const attempts = await Promise.allSettled(
        Array.from({ length: 16 }, () => disk.lock(directory)),
      );
      const holders = attempts.filter((attempt) => attempt.status === "fulfilled");
      assert.equal(holders.length, 1);
      for (const attempt of attempts) {
        if (attempt.status === "rejected") assert.equal(errorCode(attempt.reason), "LOCKED");
      }
      await holders[0]?.value.release();
    }
  },

  "a lock leaves nothing that list would show, held or released": async (disk, directory) => {
    const lock = await disk.lock(directory);
    assert.deepEqual(await disk.list(directory), []);
    await lock.release();
    assert.deepEqual(await disk.list(directory), []);
  },

  "locks of two directories have nothing to do with each other": async (disk, directory) => {
    await disk.makeDirectory(`${directory}/below`);
    const lock = await disk.lock(directory);
    await (await disk.lock(`${directory}/below`)).release();
    await lock.release();
  },
};

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

function created(disk: Disk, path: string): Promise<DiskFile> {
  return disk.open(path, { create: true });
}

async function contentOf(file: DiskFile): Promise<Uint8Array> {
  return readFully(file, 0, await file.size());
}

/** Asks again until everything that was asked for, or everything that there is, has been read. */
async function readFully(file: DiskFile, position: number, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let read = 0; read < length;) {
    const piece = await file.read(position + read, length - read);
    if (piece.length === 0) break;
    pieces.push(piece);
    read += piece.length;
  }
  return new Uint8Array(Buffer.concat(pieces));
}

async function assertRejectsWith(code: string, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.equal(errorCode(error), code, `Expected ${code}, got ${String(error)}`);
    return true;
  });
}

import { constants } from "node:fs";
import { mkdir, open, readdir, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { lockDirectory, LOCK_NAME } from "./directory-lock.ts";
import type { Disk, DiskFile } from "./disk.ts";
import { DiskFullError, InvalidArgumentError, NotFoundError, StorageError } from "./errors.ts";

/**
 * The disk port on the real file system. Paths are those of the machine.
 *
 *   port           system call             why it keeps the promise
 *   ─────────────  ──────────────────────  ───────────────────────────────────────────────────
 *   append         write, O_APPEND         one change at a time for each handle: a write that the
 *                                          system cut short is finished before the next begins
 *   read           pread, until full       short only at the end of the file
 *   sync           fdatasync               the length counts as data; on macOS Node asks for
 *                                          F_FULLFSYNC, as fsync alone stops at the drive's cache
 *   syncDirectory  fsync on the directory
 *   lock           rename of a token       see directory-lock.ts
 *
 * Errors keep the system's error as `cause`. No room (ENOSPC, EDQUOT, EFBIG) is a DiskFullError, whoever
 * meets it; what an append had written by then stays in the file.
 *
 * Limits: file systems that follow POSIX, on one machine. Names that begin with ".disk-lock" are
 * reserved. Two handles on one file append each in one piece unless the disk fills up meanwhile.
 */
export function realDisk(): Disk {
  return {
    open: openFile,
    rename: (from, to) =>
      attempt(`rename ${from} to ${to}`, () => {
        refuseReserved(from);
        refuseReserved(to);
        return renameInDirectory(from, to);
      }),
    remove: (path) =>
      attempt(`remove ${path}`, () => {
        refuseReserved(path);
        return unlink(path);
      }),
    list: (directory) =>
      attempt(`list ${directory}`, async () =>
        (await readdir(directory)).filter((name) => !isReserved(name)),
      ),
    makeDirectory: (path) =>
      attempt(`make the directory ${path}`, () => {
        refuseReserved(path);
        return makeDirectory(path);
      }),
    syncDirectory: (directory) =>
      attempt(`sync the directory ${directory}`, () => syncDirectory(directory)),
    lock: (directory) => attempt(`lock ${directory}`, () => lockDirectory(directory)),
  };
}

async function openFile(path: string, options?: { create?: boolean }): Promise<DiskFile> {
  return attempt(`open ${path}`, async () => {
    refuseReserved(path);
    const create = options?.create === true ? constants.O_CREAT : 0;
    return new RealFile(path, await open(path, constants.O_RDWR | constants.O_APPEND | create));
  });
}

async function renameInDirectory(from: string, to: string): Promise<void> {
  if (dirname(resolve(from)) !== dirname(resolve(to))) {
    throw new StorageError(`Expected two names in one directory, got ${from} and ${to}.`);
  }
  await rename(from, to);
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCode(error) !== "EEXIST" || !(await stat(path)).isDirectory()) throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Beyond this, a read asks for the file's size first, so that a generous length costs no memory. */
const READ_LENGTH_UNASKED_MAX = 1 << 20;

class RealFile implements DiskFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  /** Settles when the latest append or truncate has; the next one begins then. Never rejects. */
  #changed: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#call(`append ${bytes.length} bytes to`, async () => {
      refuseUnlessBytes(bytes);
      await this.#change(() => this.#appendAll(bytes));
    });
  }

  async #appendAll(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written);
      written += bytesWritten;
    }
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#call(`read ${length} bytes at ${position} of`, async () => {
      refuseUnlessWhole(position, "position");
      refuseUnlessWhole(length, "length");
      const bytes = new Uint8Array(
        length <= READ_LENGTH_UNASKED_MAX
          ? length
          : Math.min(length, Math.max(0, (await this.#handle.stat()).size - position)),
      );
      let filled = 0;
      while (filled < bytes.length) {
        const rest = bytes.length - filled;
        const { bytesRead } = await this.#handle.read(bytes, filled, rest, position + filled);
        if (bytesRead === 0) return bytes.slice(0, filled);
        filled += bytesRead;
      }
      return bytes;
    });
  }

  size(): Promise<number> {
    return this.#call("ask the size of", async () => (await this.#handle.stat()).size);
  }

  truncate(length: number): Promise<void> {
    return this.#call(`cut to ${length} bytes`, async () => {
      refuseUnlessWhole(length, "length");
      await this.#change(() => this.#cut(length));
    });
  }

  async #cut(length: number): Promise<void> {
    const { size } = await this.#handle.stat();
    if (length > size) {
      throw new StorageError(
        `Could not cut ${this.#path} to ${length} bytes: it has ${size}, and a cut adds none.`,
      );
    }
    await this.#handle.truncate(length);
  }

  sync(): Promise<void> {
    return this.#call("sync", () => this.#handle.datasync());
  }

  /** Waits for the calls under way: the handle's number may not be given to another file before. */
  close(): Promise<void> {
    return this.#call("close", async () => {
      this.#closed = true;
      await this.#changed;
      await this.#handle.close();
    });
  }

  /** One change after the other: no two may take turns in the middle of a file. */
  #change(change: () => Promise<void>): Promise<void> {
    const changing = this.#changed.then(change);
    this.#changed = changing.catch(() => undefined);
    return changing;
  }

  async #call<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new StorageError(`Could not ${what} ${this.#path}: it is closed.`);
    return attempt(`${what} ${this.#path}`, call);
  }
}

function isReserved(name: string): boolean {
  return name.startsWith(LOCK_NAME);
}

function refuseReserved(path: string): void {
  if (!isReserved(basename(path))) return;
  throw new InvalidArgumentError(
    `Expected a name that does not begin with "${LOCK_NAME}", got ${path}: the disk's lock lives there.`,
  );
}

function refuseUnlessBytes(bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new InvalidArgumentError(`Expected \`bytes\` to be a Uint8Array, got ${typeof bytes}.`);
}

function refuseUnlessWhole(value: number, name: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new InvalidArgumentError(`Expected \`${name}\` to be a whole number from 0, got ${value}.`);
}

/** Runs a call; a refusal of the system becomes the error that disk.ts names. */
async function attempt<Result>(
  what: string,
  call: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const message = `Could not ${what}: ${code}.`;
    if (code === "ENOENT") throw new NotFoundError(message, { cause });
    if (NO_ROOM.has(code)) throw new DiskFullError(message, { cause });
    throw new StorageError(message, { cause });
  }
}

const NO_ROOM: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The code of an error that comes from the operating system, such as "ENOENT"; undefined for all others. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

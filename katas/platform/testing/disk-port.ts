/**
 * The disk as one life of a store sees it: the calls of `Disk`, carried out on a `DiskState`.
 *
 * A call's effect happens at the moment it settles, and a `Pace` decides when that is: at once, or when
 * a scheduler says so. Once its life has ended a port is fenced: calls have no effect and never settle.
 */
import type { Disk, DiskFile, DiskLock } from "../disk.ts";
import { DiskFullError, InvalidArgumentError, LockedError, StorageError } from "../errors.ts";
import { type DiskState, plainPath } from "./disk-state.ts";

/** A call that has been made and not settled yet, as plain data: a crash may carry it out or not. */
export type DiskCall =
  | { kind: "open"; path: string; create: boolean }
  | { kind: "append"; path: string; file: number; bytes: Uint8Array }
  | { kind: "read"; path: string; file: number; position: number; length: number }
  | { kind: "size"; path: string; file: number }
  | { kind: "truncate"; path: string; file: number; length: number }
  | { kind: "sync"; path: string; file: number; order: number }
  | { kind: "close"; path: string; file: number }
  | { kind: "rename"; path: string; to: string }
  | { kind: "remove"; path: string }
  | { kind: "list"; path: string }
  | { kind: "makeDirectory"; path: string }
  | { kind: "syncDirectory"; path: string; order: number }
  | { kind: "lock"; path: string }
  | { kind: "unlock"; path: string };

/** Decides when a call settles. `effect` carries it out and returns its answer, or throws its error. */
export interface Pace<Call = DiskCall> {
  settle<Answer>(call: Call, effect: () => Answer): Promise<Answer>;
}

/** Every call settles at once. */
export const atOnce: Pace<unknown> = {
  async settle(_call, effect) {
    return effect();
  },
};

/** What goes wrong in one life. Counts begin at 0. */
export interface Faults {
  /** This file sync fails: what it should have covered is readable, but no later sync will save it. */
  failSync?: number;
  /** This directory sync fails; the names stay uncovered. */
  failDirectorySync?: number;
  /** From this append on, so many appends find the disk full; each keeps so many of its bytes. */
  fullDisk?: { append: number; appends: number; bytesKept: number };
  /** This call to the disk, of whatever kind but the release of a lock, fails without effect. */
  failCall?: number;
  /** Reads return fewer bytes than asked; the number varies which. */
  shortReads?: number;
}

const never = new Promise<never>(() => undefined);

export class DiskPort implements Disk {
  readonly state: DiskState;
  /** Calls made so far, by kind: what operation counts are taken from. */
  readonly counts = {
    calls: 0,
    appends: 0,
    syncs: 0,
    directorySyncs: 0,
    bytesRead: 0,
    bytesAppended: 0,
  };
  /** Whether a call has failed as the plan says. */
  faulted = false;
  /** Reads that returned less than was asked and there. */
  readsShortened = 0;
  faults: Faults;
  readonly #pace: Pace;
  #alive = true;

  constructor(state: DiskState, pace: Pace = atOnce, faults: Faults = {}) {
    this.state = state;
    this.#pace = pace;
    this.faults = faults;
  }

  /** Ends this life: nothing that its store does reaches the disk any more, calls under way included. */
  fence(): void {
    this.#alive = false;
  }

  open(path: string, options: { create?: boolean } = {}): Promise<DiskFile> {
    const call = { kind: "open", path: plainPath(path), create: options.create === true } as const;
    return this.settle(call, () => this.state.openFile(call.path, call.create)).then(
      (file) => new OpenFile(this, call.path, file),
    );
  }

  rename(from: string, to: string): Promise<void> {
    const call = { kind: "rename", path: plainPath(from), to: plainPath(to) } as const;
    return this.settle(call, () => {
      this.state.rename(call.path, call.to);
    });
  }

  remove(path: string): Promise<void> {
    const call = { kind: "remove", path: plainPath(path) } as const;
    return this.settle(call, () => {
      this.state.remove(call.path);
    });
  }

  list(directory: string): Promise<string[]> {
    const call = { kind: "list", path: plainPath(directory) } as const;
    return this.settle(call, () => this.state.list(call.path));
  }

  makeDirectory(path: string): Promise<void> {
    const call = { kind: "makeDirectory", path: plainPath(path) } as const;
    return this.settle(call, () => {
      this.state.makeDirectory(call.path);
    });
  }

  syncDirectory(directory: string): Promise<void> {
    const call = {
      kind: "syncDirectory",
      path: plainPath(directory),
      order: this.state.newestOrder,
    } as const;
    const fails = this.counts.directorySyncs++ === this.faults.failDirectorySync;
    return this.settle(call, () => {
      if (fails) this.#fail("syncing a directory failed");
      this.state.syncDirectory(call.path, call.order);
    });
  }

  lock(directory: string): Promise<DiskLock> {
    const call = { kind: "lock", path: plainPath(directory) } as const;
    return this.settle(call, () => {
      this.state.list(call.path);
      if (this.state.locks.has(call.path))
        throw new LockedError(`${directory} is locked by another open store.`);
      this.state.locks.add(call.path);
    }).then(() => new HeldLock(this, call.path));
  }

  // ── For open files ──────────────────────────────────────────────────────────────────────────

  settle<Answer>(call: DiskCall, effect: () => Answer): Promise<Answer> {
    if (!this.#alive) return never;
    const fails = this.counts.calls++ === this.faults.failCall && call.kind !== "unlock";
    return this.#pace.settle(call, () => {
      // Answered with a promise that never settles, the call does not either.
      if (!this.#alive) return never as unknown as Answer;
      if (fails) this.#fail(`the ${call.kind} failed`);
      return effect();
    });
  }

  append(path: string, file: number, bytes: Uint8Array): Promise<void> {
    if (!(bytes instanceof Uint8Array)) {
      return Promise.reject(
        new InvalidArgumentError(`Expected \`bytes\` to be a Uint8Array, got ${typeof bytes}.`),
      );
    }
    const { fullDisk } = this.faults;
    const index = this.counts.appends++;
    const isFull =
      fullDisk !== undefined &&
      index >= fullDisk.append &&
      index < fullDisk.append + fullDisk.appends;
    return this.settle({ kind: "append", path, file, bytes }, () => {
      if (isFull) {
        this.faulted = true;
        const kept = Math.min(fullDisk.bytesKept, bytes.length - 1);
        if (kept > 0) this.state.append(file, bytes.subarray(0, kept));
        throw new DiskFullError("The disk is full.");
      }
      this.state.append(file, bytes);
      this.counts.bytesAppended += bytes.length;
    });
  }

  read(path: string, file: number, position: number, length: number): Promise<Uint8Array> {
    if (!isWhole(position)) return refused("position", position);
    if (!isWhole(length)) return refused("length", length);
    return this.settle({ kind: "read", path, file, position, length }, () => {
      const { content, length: size } = this.state.file(file);
      let count = Math.max(0, Math.min(length, size - position));
      if (this.faults.shortReads !== undefined && count > 1) {
        this.readsShortened++;
        const share = ((this.readsShortened * 7 + this.faults.shortReads * 3) % 10) + 1;
        count = Math.max(1, Math.min(count - 1, Math.ceil((count * share) / 11)));
      }
      this.counts.bytesRead += count;
      return content.slice(position, position + count);
    });
  }

  sync(path: string, file: number): Promise<void> {
    const order = this.state.newestOrder;
    const fails = this.counts.syncs++ === this.faults.failSync;
    return this.settle({ kind: "sync", path, file, order }, () => {
      if (fails) {
        this.state.giveUp(file, order);
        this.#fail("the sync failed");
      }
      this.state.syncFile(file, order);
    });
  }

  #fail(what: string): never {
    this.faulted = true;
    throw new StorageError(`An injected fault: ${what}.`);
  }
}

class OpenFile implements DiskFile {
  readonly #port: DiskPort;
  readonly #path: string;
  readonly #file: number;
  #open = true;

  constructor(port: DiskPort, path: string, file: number) {
    this.#port = port;
    this.#path = path;
    this.#file = file;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#open ? this.#port.append(this.#path, this.#file, bytes) : this.#closed();
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#open ? this.#port.read(this.#path, this.#file, position, length) : this.#closed();
  }

  size(): Promise<number> {
    if (!this.#open) return this.#closed();
    return this.#port.settle(
      { kind: "size", path: this.#path, file: this.#file },
      () => this.#port.state.file(this.#file).length,
    );
  }

  truncate(length: number): Promise<void> {
    if (!this.#open) return this.#closed();
    if (!isWhole(length)) return refused("length", length);
    return this.#port.settle(
      { kind: "truncate", path: this.#path, file: this.#file, length },
      () => {
        this.#port.state.truncate(this.#file, length);
      },
    );
  }

  sync(): Promise<void> {
    return this.#open ? this.#port.sync(this.#path, this.#file) : this.#closed();
  }

  close(): Promise<void> {
    if (!this.#open) return this.#closed();
    this.#open = false;
    return this.#port.settle(
      { kind: "close", path: this.#path, file: this.#file },
      () => undefined,
    );
  }

  #closed(): Promise<never> {
    return Promise.reject(new StorageError(`The handle of ${this.#path} is closed.`));
  }
}

class HeldLock implements DiskLock {
  readonly #port: DiskPort;
  readonly #path: string;
  #held = true;

  constructor(port: DiskPort, path: string) {
    this.#port = port;
    this.#path = path;
  }

  release(): Promise<void> {
    return this.#port.settle({ kind: "unlock", path: this.#path }, () => {
      if (this.#held) this.#port.state.locks.delete(this.#path);
      this.#held = false;
    });
  }
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function refused(name: string, value: number): Promise<never> {
  return Promise.reject(
    new InvalidArgumentError(`Expected \`${name}\` to be a whole number from 0, got ${value}.`),
  );
}

/** Carries out a call that was under way when its life ended; calls that change nothing do nothing. */
export function carryOut(state: DiskState, call: DiskCall): void {
  try {
    if (call.kind === "open") state.openFile(call.path, call.create);
    else if (call.kind === "append") state.append(call.file, call.bytes);
    else if (call.kind === "truncate") state.truncate(call.file, call.length);
    else if (call.kind === "sync") state.syncFile(call.file, call.order);
    else if (call.kind === "rename") state.rename(call.path, call.to);
    else if (call.kind === "remove") state.remove(call.path);
    else if (call.kind === "makeDirectory") state.makeDirectory(call.path);
    else if (call.kind === "syncDirectory") state.syncDirectory(call.path, call.order);
  } catch {
    // It would have failed in that life too, and nobody is left to be told.
  }
}

/** Whether carrying the call out would change what survives. */
export function changesDisk(call: DiskCall): boolean {
  switch (call.kind) {
    case "open":
      return call.create;
    case "read":
    case "size":
    case "close":
    case "list":
    case "lock":
    case "unlock":
      return false;
    default:
      return true;
  }
}

import { describe, expect, it } from "vitest";
import type { DiskFile } from "#platform/disk.ts";
import { createCrashDisk } from "#platform/testing/crash-disk.ts";
import { DiskPort, type Faults } from "#platform/testing/disk-port.ts";
import { DiskState, type FileState } from "#platform/testing/disk-state.ts";
import { GateKeeper, quiescence } from "#platform/testing/gates.ts";
import { registerDiskContract } from "./disk-contract.ts";
import { outcomeOf } from "./life.ts";

const path = "store/log";
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function emptyStore(): DiskState {
  return DiskState.fromImage({ directories: ["store"], files: new Map() });
}

async function opened(faults: Faults = {}): Promise<{ port: DiskPort; file: DiskFile }> {
  const port = new DiskPort(emptyStore(), undefined, faults);
  return { port, file: await port.open(path, { create: true }) };
}

function logOf(port: DiskPort): FileState {
  return port.state.file(port.state.openFile(path, false));
}

async function everything(file: DiskFile): Promise<number[]> {
  return [...(await file.read(0, 1000))];
}

describe("the in-memory disk", () => {
  registerDiskContract(it, async () => ({ disk: createCrashDisk(), directory: "store" }));
});

describe("faults", () => {
  it("failSync rejects that sync and no other, and gives up what it should have covered", async () => {
    const { port, file } = await opened({ failSync: 1 });
    await file.append(bytes(1));
    await file.sync();
    await file.append(bytes(2));
    await expect(file.sync()).rejects.toMatchObject({ code: "STORAGE" });
    await file.append(bytes(3));
    await file.sync();
    expect(await everything(file)).toEqual([1, 2, 3]);
    const { durable, durableLength } = logOf(port);
    expect([...durable.subarray(0, durableLength)]).toEqual([1, 0, 3]);
    expect(port.faulted).toBe(true);
  });

  it("a failed sync does not give up what settled after it was called", async () => {
    const gates = new GateKeeper();
    const port = new DiskPort(emptyStore(), gates, { failSync: 0 });
    const opening = port.open(path, { create: true });
    gates.open(0);
    const file = await opening;
    const sync = file.sync();
    const append = file.append(bytes(1));
    gates.open(1);
    await append;
    gates.open(0);
    await expect(sync).rejects.toMatchObject({ code: "STORAGE" });
    const again = file.sync();
    gates.open(0);
    await again;
    expect(logOf(port).durableLength).toBe(1);
  });

  it("failDirectorySync rejects that sync, and the names stay uncovered until a later one", async () => {
    const { port } = await opened({ failDirectorySync: 0 });
    await expect(port.syncDirectory("store")).rejects.toMatchObject({ code: "STORAGE" });
    expect(port.state.lookUp(path)).toBeDefined();
    const changes = (): number =>
      [...port.state.directories.values()].reduce((sum, one) => sum + one.changes.length, 0);
    expect(changes()).toBe(1);
    await port.syncDirectory("store");
    expect(changes()).toBe(0);
  });

  it("a full disk keeps a beginning of the bytes, never all of them, for so many appends", async () => {
    const { file } = await opened({ fullDisk: { append: 1, appends: 2, bytesKept: 2 } });
    await file.append(bytes(1));
    await expect(file.append(bytes(2, 3, 4))).rejects.toMatchObject({ code: "DISK_FULL" });
    await expect(file.append(bytes(5))).rejects.toMatchObject({ code: "DISK_FULL" });
    await file.append(bytes(6));
    expect(await everything(file)).toEqual([1, 2, 3, 6]);
  });

  it("failCall makes the call of that number fail, without effect", async () => {
    const { port, file } = await opened({ failCall: 1 });
    await expect(file.append(bytes(1))).rejects.toMatchObject({ code: "STORAGE" });
    expect(await everything(file)).toEqual([]);
    expect(port.faulted).toBe(true);
  });

  it("short reads return something, less than asked, until nothing is left to shorten", async () => {
    const { port, file } = await opened({ shortReads: 3 });
    await file.append(Uint8Array.from({ length: 50 }, (_, index) => index));
    const read: number[] = [];
    while (read.length < 50) {
      const rest = 50 - read.length;
      const piece = await file.read(read.length, rest);
      expect(piece.length).toBeGreaterThan(0);
      expect(piece.length).toBeLessThan(Math.max(2, rest));
      read.push(...piece);
    }
    expect(read).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(port.readsShortened).toBeGreaterThan(0);
    expect((await file.read(50, 10)).length).toBe(0);
  });
});

describe("a fenced port", () => {
  it("carries out no call made afterwards, and settles none", async () => {
    const { port, file } = await opened();
    port.fence();
    const outcomes = await Promise.all(
      [file.append(bytes(1)), port.list("store"), port.lock("store")].map((call) =>
        outcomeOf<unknown>(call),
      ),
    );
    expect(outcomes.map(({ how }) => how)).toEqual(["hung", "hung", "hung"]);
    expect(logOf(port).length).toBe(0);
  });

  it("carries out no call that was under way, and settles none, whoever opens its gate", async () => {
    const gates = new GateKeeper();
    const port = new DiskPort(emptyStore(), gates);
    const opening = port.open(path, { create: true });
    port.fence();
    gates.open(0);
    expect((await outcomeOf(opening)).how).toBe("hung");
    expect(port.state.lookUp(path)).toBeUndefined();
  });
});

describe("arguments and handles", () => {
  it("positions and lengths that no file has are refused", async () => {
    const { file } = await opened();
    await file.append(bytes(1, 2, 3));
    for (const wrong of [-1, 0.5, Number.NaN, Infinity]) {
      await expect(file.truncate(wrong)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(file.read(wrong, 1)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(file.read(0, wrong)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(await file.size()).toBe(3);
  });

  it("one spelling of a path is as good as another", async () => {
    const { port, file } = await opened();
    await file.append(bytes(1));
    for (const spelling of ["./store/log", "store//log", "store/./log", "store/below/../log"]) {
      expect(await (await port.open(spelling)).size()).toBe(1);
    }
    expect(await port.list("store/")).toEqual(["log"]);
  });

  it("a directory that is not there cannot be locked", async () => {
    const { port } = await opened();
    await expect(port.lock("absent")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("a lock released twice does not release the lock of whoever came between", async () => {
    const { port } = await opened();
    const first = await port.lock("store");
    await first.release();
    await port.lock("store");
    await first.release();
    await expect(port.lock("store")).rejects.toMatchObject({ code: "LOCKED" });
  });

  it("calls are counted by kind", async () => {
    const { port, file } = await opened();
    await file.append(bytes(1, 2));
    await file.sync();
    await port.syncDirectory("store");
    await file.read(0, 1);
    expect(port.counts).toEqual({
      calls: 5,
      appends: 1,
      syncs: 1,
      directorySyncs: 1,
      bytesRead: 1,
      bytesAppended: 2,
    });
  });
});

describe("a gate", () => {
  it("holds a call back until it is opened, and its effect happens then", async () => {
    const gates = new GateKeeper();
    const port = new DiskPort(emptyStore(), gates);
    let isOpen = false;
    void port.open(path, { create: true }).then(() => (isOpen = true));
    await quiescence();
    expect([isOpen, port.state.lookUp(path), gates.pending.length]).toEqual([false, undefined, 1]);
    expect(gates.underWay()).toEqual([{ kind: "open", path, create: true }]);
    gates.open(0);
    await quiescence();
    expect([isOpen, gates.pending.length]).toEqual([true, 0]);
  });

  it("of a client is not a call to the disk, and stays when the disk's calls are forgotten", async () => {
    const gates = new GateKeeper();
    const port = new DiskPort(emptyStore(), gates);
    void port.list("store");
    const beginning = gates.begin(7);
    expect(gates.underWay().map(({ kind }) => kind)).toEqual(["list"]);
    gates.forgetCalls();
    expect(gates.pending.map(({ client }) => client)).toEqual([7]);
    gates.open(0);
    await beginning;
  });
});

/**
 * What the reference promises, tested from outside: through the contract, on a disk that can crash.
 */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";
import {
  type CrashDisk,
  type CrashDiskOptions,
  createCrashDisk,
  type PowerCut,
} from "#platform/testing/crash-disk.ts";
import { tryInterleavings } from "#platform/testing/interleave.ts";
import { openDurableKv } from "./durable-kv.ts";

const strict: CrashDiskOptions = { names: "strict", sectorBytes: 16 };

type Options = Omit<DurableKvOptions, "disk" | "directory">;

function openStore(disk: Disk, options: Options = {}): Promise<DurableKv> {
  return openDurableKv({ disk, directory: "store", ...options });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function put(store: DurableKv, key: string, value: string): Promise<void> {
  return store.put(bytes(key), bytes(value));
}

async function read(store: DurableKv, key: string): Promise<string | undefined> {
  const value = await store.get(bytes(key));
  return value === undefined ? undefined : Buffer.from(value).toString();
}

async function readAll(store: DurableKv, keys: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(keys.map((key) => read(store, key)));
}

/** Whatever a power cut takes from this disk, a store opened on the rest passes `check`. */
async function expectAfterPowerCuts(
  disk: CrashDisk,
  check: (store: DurableKv, losses: string) => Promise<void>,
  options: Options = {},
): Promise<void> {
  for (const { disk: after, losses } of disk.powerCuts()) {
    await check(await openStore(after, options), losses);
  }
}

/** The same disk, but once `stall` is called its file syncs never answer. */
function stallingDisk(disk: Disk): Disk & { stall(): void } {
  const never = new Promise<never>(() => undefined);
  let isStalled = false;
  return {
    stall: () => {
      isStalled = true;
    },
    open: async (path, options) => {
      const file = await disk.open(path, options);
      return {
        append: (piece) => file.append(piece),
        read: (position, length) => file.read(position, length),
        size: () => file.size(),
        truncate: (length) => file.truncate(length),
        sync: () => (isStalled ? never : file.sync()),
        close: () => file.close(),
      };
    },
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    list: (directory) => disk.list(directory),
    makeDirectory: (path) => disk.makeDirectory(path),
    syncDirectory: (directory) => disk.syncDirectory(directory),
    lock: (directory) => disk.lock(directory),
  };
}

/** Long enough for everything that waits for neither a sync nor a timer. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("a write that was answered", () => {
  test("survives any power cut, and so does a delete", async () => {
    const disk = createCrashDisk(strict);
    const store = await openStore(disk);
    await put(store, "a", "1");
    await put(store, "b", "2");
    await store.delete(bytes("a"));
    await expectAfterPowerCuts(disk, async (after, losses) => {
      expect(await readAll(after, ["a", "b"]), losses).toEqual([undefined, "2"]);
    });
  });

  test("survives whatever happens to the batch after it, and what is written later is found", async () => {
    const disk = createCrashDisk(strict);
    const stalling = stallingDisk(disk);
    const store = await openStore(stalling);
    await put(store, "a", "1");
    stalling.stall();
    void put(store, "b", "a value that is torn in many ways").catch(() => undefined);
    await turns();
    for (const { disk: second, losses } of disk.powerCuts()) {
      const secondLife = await openStore(second);
      await put(secondLife, "c", "3");
      const thirdLife = await openStore(second.powerCut());
      expect(await readAll(thirdLife, ["a", "c"]), losses).toEqual(["1", "3"]);
    }
  });

  test("survives random lives of puts, deletes, compactions, closes, kills and power cuts", async () => {
    const keys = ["a", "b", "c"];
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(
          fc.constant("put" as const),
          fc.constantFrom(...keys),
          fc.string({ maxLength: 300 }),
        ),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(
          fc.constant("delete" as const),
          fc.constantFrom(...keys),
          fc.constant(""),
        ),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(
          fc.constantFrom("compact", "close", "kill", "power cut"),
          fc.constant(""),
          fc.constant(""),
        ),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const model = new Map<string, string>();
        let disk = createCrashDisk(strict);
        let store = await openStore(disk, { segmentBytesMax: 1024 });
        for (const [action, key, value] of steps) {
          if (action === "put") {
            await put(store, key, value);
            model.set(key, Buffer.from(bytes(value)).toString());
          } else if (action === "delete") {
            await store.delete(bytes(key));
            model.delete(key);
          } else if (action === "compact") {
            await store.compact();
          } else {
            if (action === "close") await store.close();
            if (action === "kill") disk = disk.kill();
            if (action === "power cut") disk = disk.powerCut();
            store = await openStore(disk, { segmentBytesMax: 1024 });
          }
          expect(await readAll(store, keys)).toEqual(keys.map((each) => model.get(each)));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("what a recovery has shown", () => {
  test("stays, although the process was killed before its sync and the power goes right after", async () => {
    const disk = createCrashDisk(strict);
    const stalling = stallingDisk(disk);
    const store = await openStore(stalling);
    stalling.stall();
    void put(store, "a", "1").catch(() => undefined);
    await turns();
    const killed = disk.kill();
    expect(await read(await openStore(killed), "a")).toBe("1");
    await expectAfterPowerCuts(killed, async (after, losses) => {
      expect(await read(after, "a"), losses).toBe("1");
    });
  });

  test("stays, although the sync of its batch has failed and no later sync of that file helps", async () => {
    const disk = createCrashDisk(strict);
    const store = await openStore(disk);
    await put(store, "a", "1");
    disk.faults = { failSync: disk.counts.syncs };
    await expect(put(store, "a", "2")).rejects.toMatchObject({ code: "STORAGE" });
    const killed = disk.kill();
    const shown = await read(await openStore(killed), "a");
    await expectAfterPowerCuts(killed, async (after, losses) => {
      expect(await read(after, "a"), losses).toBe(shown);
    });
  });

  test("stays, wherever that recovery was killed before it succeeded", async () => {
    const disk = createCrashDisk(strict);
    const store = await openStore(disk);
    await Promise.all([put(store, "a", "1"), put(store, "b", "2")]);
    await store.compact();
    await put(store, "a", "3");
    const calls = (await countCalls(disk.kill())) + 1;
    for (let failCall = 0; failCall < calls; failCall += 1) {
      const next = disk.kill();
      next.faults = { failCall };
      await openStore(next).catch(() => undefined);
      for (const { disk: after, losses } of next.powerCuts()) {
        expect(await readAll(await openStore(after), ["a", "b"]), losses).toEqual(["3", "2"]);
      }
    }
  });

  async function countCalls(disk: CrashDisk): Promise<number> {
    await openStore(disk);
    return disk.counts.calls;
  }
});

describe("writers who overlap", () => {
  test("share a sync when they call together", async () => {
    for (const writers of [8, 64, 256]) {
      const disk = createCrashDisk();
      const store = await openStore(disk);
      const syncsBefore = disk.counts.syncs;
      await Promise.all(
        Array.from({ length: writers }, (_, index) => put(store, `key ${index}`, "value")),
      );
      expect(disk.counts.syncs - syncsBefore, `${writers} writers`).toBeLessThanOrEqual(2);
    }
  });

  test("show nothing that a crash could take back, and agree with it on the winner", async () => {
    await tryInterleavings({ runs: 40, disk: strict }, async (world) => {
      const { disk } = world;
      const store = await openStore(disk);
      const seen: string[] = [];
      const answered: string[] = [];
      let cuts: PowerCut[] = [];
      const write = async (value: string): Promise<void> => {
        await put(store, "a", value);
        answered.push(value);
      };
      const look = async (): Promise<void> => {
        const value = await read(store, "a");
        if (value !== undefined) seen.push(value);
      };
      await world.together(
        () => write("1"),
        () => write("2"),
        look,
        async () => {
          await look();
          cuts = disk.powerCuts();
        },
      );
      for (const { disk: after, losses } of cuts) {
        const value = await read(await openStore(after), "a");
        if (seen.length > 0 || answered.length > 0) expect(value, losses).toBeDefined();
        if (answered.length === 2) expect(value, losses).toBe(answered.at(-1));
      }
    });
  });

  test("do not make readers wait for a sync, and readers see the last safe value", async () => {
    const disk = stallingDisk(createCrashDisk());
    const store = await openStore(disk);
    await put(store, "a", "safe");
    disk.stall();
    void put(store, "a", "not yet").catch(() => undefined);
    await turns();
    expect(await read(store, "a")).toBe("safe");
  });

  test("are refused beyond the limit, which counts the batch under way as well", async () => {
    const disk = createCrashDisk();
    const stalling = stallingDisk(disk);
    const store = await openStore(stalling, { writersWaitingMax: 3 });
    stalling.stall();
    void put(store, "a", "1").catch(() => undefined);
    await turns();
    void put(store, "b", "2").catch(() => undefined);
    void store.delete(bytes("c")).catch(() => undefined);
    await expect(put(store, "d", "4")).rejects.toMatchObject({ code: "OVERLOADED" });
    expect(await read(await openStore(disk.kill()), "d")).toBeUndefined();
  });

  test("are answered before a close that was called after them", async () => {
    const store = await openStore(createCrashDisk());
    const answers: string[] = [];
    await Promise.all([
      put(store, "a", "1").then(() => answers.push("put")),
      store.delete(bytes("b")).then(() => answers.push("delete")),
      store.close().then(() => answers.push("close")),
    ]);
    expect(answers).toEqual(["put", "delete", "close"]);
    await expect(read(store, "a")).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("a disk that misbehaves", () => {
  test("takes back nothing that was answered, before its first failure or after it", async () => {
    const faults = [
      (disk: CrashDisk) => ({ failSync: disk.counts.syncs }),
      ...[0, 1, 20].map((bytesKept) => (disk: CrashDisk) => ({
        fullDisk: { append: disk.counts.appends, appends: 1, bytesKept },
      })),
    ];
    for (const fault of faults) {
      const disk = createCrashDisk(strict);
      const store = await openStore(disk);
      await put(store, "a", "1");
      disk.faults = fault(disk);
      const answered = ["a"];
      const tryToPut = (key: string) =>
        put(store, key, "1").then(
          () => answered.push(key),
          () => undefined,
        );
      await Promise.all([tryToPut("b"), tryToPut("c")]);
      await tryToPut("d");
      await store.close();
      await expectAfterPowerCuts(disk, async (after, losses) => {
        for (const key of answered) expect(await read(after, key), losses).toBe("1");
      });
    }
  });

  test("changes no answer by reading short", async () => {
    const disk = createCrashDisk();
    const store = await openStore(disk);
    await Promise.all([put(store, "a", "1".repeat(500)), put(store, "b", "2".repeat(500))]);
    await store.compact();
    await put(store, "c", "3".repeat(500));
    const next = disk.kill();
    next.faults = { shortReads: 1 };
    const values = await readAll(await openStore(next), ["a", "b", "c"]);
    expect(values).toEqual(["1".repeat(500), "2".repeat(500), "3".repeat(500)]);
  });

  test("is refused wherever a byte changes for which a later batch vouches", async () => {
    const disk = createCrashDisk();
    const store = await openStore(disk);
    await put(store, "a", "old");
    await store.compact();
    await put(store, "b", "x".repeat(90));
    await put(store, "c", "y".repeat(90));
    const vouchedFor = new Map(disk.state.sizes());
    await put(store, "d", "1");
    await put(store, "e", "2");
    const values = ["old", "x".repeat(90), "y".repeat(90), "1", "2"];
    let refused = 0;
    for (const [path, size] of vouchedFor) {
      for (let position = 0; position < size; position += 1) {
        const rotten = disk.kill();
        rotten.rot(path, position);
        try {
          expect(await readAll(await openStore(rotten), ["a", "b", "c", "d", "e"])).toEqual(values);
        } catch (error) {
          expect(error, `${path} at ${position}`).toMatchObject({ code: "CORRUPTION", file: path });
          expect((error as { offset: number }).offset).toBeLessThanOrEqual(position);
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(180);
  });

  test("is not accused of rot because a torn value holds a copy of the log", async () => {
    const disk = createCrashDisk(strict);
    const store = await openStore(disk);
    for (const key of ["a", "b", "c"]) await put(store, key, key);
    const copy = Buffer.concat([...disk.state.contents().values()]);
    disk.faults = { failSync: disk.counts.syncs };
    await expect(store.put(bytes("d"), Buffer.concat([copy, copy]))).rejects.toThrow();
    await expectAfterPowerCuts(disk, async (after, losses) => {
      expect(await readAll(after, ["a", "b", "c"]), losses).toEqual(["a", "b", "c"]);
    });
  });

  test("leaves the directory free when an open has failed at any of its calls", async () => {
    const disk = createCrashDisk();
    const store = await openStore(disk);
    await put(store, "a", "1");
    for (let failCall = 0; failCall < 12; failCall += 1) {
      const next = disk.kill();
      next.faults = { failCall };
      const opened = await openStore(next).catch(() => undefined);
      if (opened !== undefined) continue;
      next.faults = {};
      expect(await read(await openStore(next), "a")).toBe("1");
    }
  });
});

describe("a compaction", () => {
  const keys = Array.from({ length: 24 }, (_, index) => `key ${index}`);
  const liveBytes = 12 * (6 + 100 + 64);
  const options = { segmentBytesMax: 1024 };

  async function fill(store: DurableKv): Promise<void> {
    for (const round of ["1", "2", "3"]) {
      await Promise.all(keys.map((key) => put(store, key, round.repeat(100))));
    }
    await Promise.all(keys.slice(12).map((key) => store.delete(bytes(key))));
  }
  const expected = keys.map((_, index) => (index < 12 ? "3".repeat(100) : undefined));

  test("gives back the space of overwritten and deleted values, and changes no read", async () => {
    const disk = createCrashDisk();
    const store = await openStore(disk, options);
    await fill(store);
    const spaceBefore = space(disk);
    await store.compact();
    expect(spaceBefore).toBeGreaterThan(3 * liveBytes);
    expect(space(disk)).toBeLessThan(2 * liveBytes);
    expect(await readAll(store, keys)).toEqual(expected);
    await store.close();
    const bytesReadBefore = disk.counts.bytesRead;
    expect(await readAll(await openStore(disk, options), keys)).toEqual(expected);
    expect(disk.counts.bytesRead - bytesReadBefore).toBeLessThan(2 * liveBytes);
  });

  test("loses nothing and brings nothing back, wherever a crash ends it", async () => {
    for (let call = 0; ; call += 1) {
      const disk = createCrashDisk(strict);
      const store = await openStore(disk, options);
      await fill(store);
      disk.faults = { failCall: disk.counts.calls + call };
      const isDone = await store.compact().then(
        () => true,
        () => false,
      );
      await expectAfterPowerCuts(
        disk,
        async (after, losses) => {
          expect(await readAll(after, keys), losses).toEqual(expected);
        },
        options,
      );
      if (isDone && !disk.faulted) break;
    }
  });

  test("that fails loses nothing, and the next life makes up for it", async () => {
    const disk = createCrashDisk();
    const store = await openStore(disk, options);
    await fill(store);
    disk.faults = { fullDisk: { append: disk.counts.appends, appends: 1, bytesKept: 7 } };
    await store.compact().catch(() => undefined);
    const next = disk.powerCut();
    const reopened = await openStore(next, options);
    expect(await readAll(reopened, keys)).toEqual(expected);
    await reopened.compact();
    expect(await readAll(reopened, keys)).toEqual(expected);
    expect(space(next)).toBeLessThan(2 * liveBytes);
  });

  test("does not hold up writers, and a close ends it", async () => {
    await tryInterleavings({ runs: 20 }, async (world) => {
      const { disk } = world;
      const store = await openStore(disk, options);
      await Promise.all(keys.map((key) => put(store, key, "1")));
      await world.together(
        () =>
          store.compact().catch((error: unknown) => {
            expect(errorCode(error)).toBe("CLOSED");
          }),
        async () => {
          await put(store, "key 0", "2");
          await store.close();
        },
      );
      const reopened = await openStore(disk, options);
      expect(await readAll(reopened, ["key 0", "key 1"])).toEqual(["2", "1"]);
      await reopened.close();
    });
  });

  function space(disk: CrashDisk): number {
    return [...disk.state.sizes().values()].reduce((sum, size) => sum + size, 0);
  }
});

describe("the arguments", () => {
  test("may be any bytes within the limits, and nothing else", async () => {
    const disk = createCrashDisk();
    const store = await openStore(disk);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const longest = new Uint8Array(1_048_576).fill(200);
    await store.put(everyByte, new Uint8Array(0));
    await store.put(new Uint8Array(1024), longest);
    const wrong = [
      store.put(new Uint8Array(0), everyByte),
      store.get(new Uint8Array(1025)),
      store.put(everyByte, new Uint8Array(1_048_577)),
    ];
    for (const call of wrong)
      await expect(call).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(openStore(disk, { segmentBytesMax: 1023 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    const reopened = await openStore(disk.powerCut());
    expect(await reopened.get(everyByte)).toEqual(new Uint8Array(0));
    const value = await reopened.get(new Uint8Array(1024));
    expect(Buffer.compare(value ?? new Uint8Array(0), longest)).toBe(0);
  });

  test("belong to the caller, and so do the answers", async () => {
    const store = await openStore(createCrashDisk());
    const key = bytes("key");
    const value = bytes("value");
    const answered = store.put(key, value);
    await answered;
    key.fill(0);
    value.fill(0);
    (await store.get(bytes("key")))?.fill(0);
    expect(await read(store, "key")).toBe("value");
  });
});

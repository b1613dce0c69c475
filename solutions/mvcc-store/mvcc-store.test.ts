/**
 * What the reference promises, tested from outside: through the contract, on a disk that can crash.
 */
import { Buffer } from "node:buffer";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MvccStore, MvccStoreOptions, Transaction } from "#katas/mvcc-store/contract.ts";
import type { Disk } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";
import {
  type CrashDisk,
  type CrashDiskOptions,
  createCrashDisk,
} from "#platform/testing/crash-disk.ts";
import { tryInterleavings } from "#platform/testing/interleave.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import { openMvccStore } from "./mvcc-store.ts";

const strict: CrashDiskOptions = { names: "strict", sectorBytes: 16 };

function openOn(disk: Disk, options: MvccStoreOptions = {}): Promise<MvccStore> {
  return openMvccStore({ disk, directory: "store", ...options });
}

async function storeWith(entries: Record<string, unknown>): Promise<MvccStore> {
  const store = await openMvccStore();
  await write(store, entries);
  return store;
}

/** Commits all entries in one transaction; undefined deletes. */
function write(store: MvccStore, entries: Record<string, unknown>): Promise<void> {
  const transaction = store.begin();
  writeIn(transaction, entries);
  return transaction.commit();
}

function writeIn(transaction: Transaction, entries: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) transaction.delete(key);
    else transaction.put(key, value);
  }
}

/** Everything that a transaction begun now sees. */
function read(store: MvccStore): Record<string, unknown> {
  return Object.fromEntries(store.begin().range());
}

/** "committed", or the code of the error with which a write or the commit was refused. */
async function outcomeOf(work: () => void | Promise<void>): Promise<unknown> {
  try {
    await work();
    return "committed";
  } catch (error) {
    return errorCode(error);
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
async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Whatever a power cut takes from this disk, a store opened on the rest passes `check`. */
async function expectAfterPowerCuts(
  disk: CrashDisk,
  check: (seen: Record<string, unknown>, losses: string) => void,
): Promise<void> {
  for (const { disk: after, losses } of disk.powerCuts()) check(read(await openOn(after)), losses);
}

describe("a snapshot", () => {
  test("is taken at begin, not at the first read, and stays what it was", async () => {
    const store = await storeWith({ a: 1, b: 2 });
    const reader = store.begin();
    await write(store, { a: 10, b: undefined, c: 30 });
    await write(store, { a: 100 });
    expect(reader.range()).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(reader.get("a")).toBe(1);
    expect(reader.get("c")).toBeUndefined();
    expect(read(store)).toEqual({ a: 100, c: 30 });
  });

  test("holds the transaction's own writes, the last one of each key, and nobody else's", async () => {
    const store = await storeWith({ a: 1, b: 2, d: 4 });
    const transaction = store.begin();
    writeIn(transaction, { a: undefined, c: 3, d: 40 });
    transaction.put("b", 20);
    transaction.delete("b");
    transaction.put("d", 400);
    const before = transaction.range();
    expect(before).toEqual([
      ["c", 3],
      ["d", 400],
    ]);
    expect(transaction.get("a")).toBeUndefined();
    transaction.put("a", "again");
    expect(transaction.get("a")).toBe("again");
    expect(transaction.range("a", "c")).toEqual([["a", "again"]]);
    expect(before).toHaveLength(2);
    expect(read(store)).toEqual({ a: 1, b: 2, d: 4 });
    transaction.rollback();
    expect(read(store)).toEqual({ a: 1, b: 2, d: 4 });
  });

  test("has ranges in the order of <, from start up to and not including end", async () => {
    const keys = ["", "A", "a", "aa", "b", "\u{ffff}", "\u{1f600}", "__proto__", "10", "9"];
    const store = await openMvccStore();
    const writer = store.begin();
    for (const key of keys) writer.put(key, key);
    await writer.commit();
    const sorted = [...keys].sort();
    const reader = store.begin();
    for (const start of [undefined, ...keys, "ab"]) {
      for (const end of [undefined, ...keys, "ab"]) {
        const expected = sorted.filter(
          (key) => (start === undefined || start <= key) && (end === undefined || key < end),
        );
        expect(reader.range(start, end)).toEqual(expected.map((key) => [key, key]));
      }
    }
  });

  test("is the same in a store of many keys, put and deleted in any order", async () => {
    const store = await openMvccStore();
    const names = Array.from({ length: 3000 }, (_, index) => `key ${(index * 7919) % 3000}`);
    const writer = store.begin();
    for (const name of names) writer.put(name, name);
    await writer.commit();
    const sorted = [...names].sort();
    const remover = store.begin();
    for (const name of sorted.slice(500, 2500).reverse()) remover.delete(name);
    await remover.commit();
    await write(store, { "key 1500": 1, "key 10": undefined });
    const left = [...sorted.slice(0, 500), ...sorted.slice(2500), "key 1500"]
      .filter((key) => key !== "key 10")
      .sort();
    const reader = store.begin();
    expect(reader.range().map(([key]) => key)).toEqual(left);
    const [start, end] = [left[100], left[900]];
    expect(reader.range(start, end).map(([key]) => key)).toEqual(left.slice(100, 900));
  });
});

describe("a value", () => {
  const cyclic: Record<string, unknown> = { list: [1, null, undefined], date: new Date(5) };
  cyclic["self"] = cyclic;
  const values = [
    null,
    false,
    0,
    -0,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    12345678901234567890n,
    "",
    "text \u{1f600}",
    new Date(0),
    [[], {}, [undefined, null]],
    new Map<unknown, unknown>([[{ key: 1 }, new Set([1n, "two"])]]),
    Uint8Array.of(0, 255),
    new Float64Array([0.5]),
    new ArrayBuffer(3),
    cyclic,
  ];

  test("comes back equal, from memory and from the disk", async () => {
    const disk = createCrashDisk();
    for (const store of [await openMvccStore(), await openOn(disk)]) {
      await write(store, Object.fromEntries(values.map((value, index) => [`${index}`, value])));
    }
    for (const store of [await openOn(disk.powerCut())]) {
      for (const [index, value] of values.entries()) {
        expect(store.begin().get(`${index}`)).toStrictEqual(value);
      }
    }
  });

  test("belongs to whoever put or got it, within a transaction too", async () => {
    const store = await openMvccStore();
    const value = { list: [1] };
    const writer = store.begin();
    writer.put("key", value);
    value.list.push(2);
    (writer.get("key") as typeof value).list.push(3);
    for (const [, own] of writer.range()) (own as typeof value).list.push(4);
    await writer.commit();
    const reader = store.begin();
    (reader.get("key") as typeof value).list.push(5);
    for (const [, seen] of reader.range()) (seen as typeof value).list.push(6);
    expect(reader.get("key")).toEqual({ list: [1] });
    expect(read(store)).toEqual({ key: { list: [1] } });
  });

  test("that cannot be copied, and a key that is none, are refused without effect", async () => {
    const store = await storeWith({ key: "old" });
    const transaction = store.begin();
    transaction.put("other", "kept");
    const wrong = [
      () => transaction.put("key", undefined),
      () => transaction.put("key", () => 1),
      () => transaction.put("key", { deep: [Symbol("none")] }),
      () => transaction.put("\ud800", 1),
      () => transaction.put("x".repeat(1025), 1),
      () => transaction.delete("a\udc00"),
      () => transaction.get("\ud800\ud800"),
      () => transaction.get(5 as unknown as string),
      () => transaction.range("\ud800"),
      () => transaction.range("a", null as unknown as string),
      () => store.begin({ isolation: "read committed" as "snapshot" }),
    ];
    for (const call of wrong) {
      expect(call).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
    await transaction.commit();
    await write(store, { ["x".repeat(1024)]: 1 });
    expect(read(store)).toEqual({ key: "old", other: "kept", ["x".repeat(1024)]: 1 });
    const wrongOptions = [
      { transactionAgeMsMax: 0, clock: new ManualClock() },
      { transactionAgeMsMax: 5 },
      { directory: "store" },
      { disk: createCrashDisk() },
      { commitsWaitingMax: 0 },
    ];
    for (const options of wrongOptions) {
      await expect(openMvccStore(options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });
});

describe("a transaction that is over", () => {
  async function expectOver(transaction: Transaction): Promise<void> {
    const calls = [
      () => transaction.get("a"),
      () => transaction.range(),
      () => transaction.put("a", 1),
      () => transaction.delete("a"),
    ];
    for (const call of calls) expect(call).toThrow(expect.objectContaining({ code: "CLOSED" }));
    await expect(transaction.commit()).rejects.toMatchObject({ code: "CLOSED" });
    transaction.rollback();
  }

  test("says so from the call of commit on, after a rollback and after close", async () => {
    const store = await openMvccStore();
    const committed = store.begin();
    committed.put("a", "committed");
    const answer = committed.commit();
    await expectOver(committed);
    await answer;
    const rolledBack = store.begin();
    rolledBack.put("a", "rolled back");
    rolledBack.rollback();
    await expectOver(rolledBack);
    expect(read(store)).toEqual({ a: "committed" });
    const left = store.begin();
    await store.close();
    await store.close();
    await expectOver(left);
    expect(() => store.begin()).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });
});

describe("of transactions that overlap", () => {
  const keys = ["a", "b", "c", "d"] as const;

  test("at most one commits a write of the same key, blind or not, delete or put", async () => {
    for (const first of [1, undefined]) {
      for (const second of [2, undefined]) {
        const store = await storeWith({ a: 0 });
        const [left, right] = [store.begin(), store.begin()];
        const outcomes = [
          await outcomeOf(() => {
            writeIn(left, { a: first });
            return left.commit();
          }),
          await outcomeOf(() => {
            writeIn(right, { a: second, b: "trace" });
            return right.commit();
          }),
        ];
        expect(outcomes).toEqual(["committed", "CONFLICT"]);
        expect(read(store)).toEqual(first === undefined ? {} : { a: first });
      }
    }
  });

  test("none is refused that is in nobody's way, and the refused succeed when tried again", async () => {
    const step = fc.record({
      actor: fc.nat(3),
      action: fc.constantFrom(
        "get",
        "range",
        "put",
        "put",
        "delete",
        "commit",
        "commit",
        "rollback",
      ),
      key: fc.constantFrom(...keys),
      isSerializable: fc.boolean(),
    });
    const outcomes = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const model = new Model(await openMvccStore());
        for (const { actor, action, key, isSerializable } of steps) {
          outcomes.add(await model.step(actor, action, key, isSerializable));
        }
        await model.expectAlone();
      }),
      { numRuns: 80, seed: 1 },
    );
    expect(outcomes).toContain("CONFLICT");
  });

  /** One of the model's transactions: what it must see, and what it has touched. */
  interface Actor {
    readonly transaction: Transaction;
    readonly isSerializable: boolean;
    readonly begunAt: number;
    endedAt: number;
    readonly view: Map<string, unknown>;
    readonly reads: Set<string>;
    readonly writes: Set<string>;
  }

  /** Follows a store from outside: it believes its outcomes, and checks that they may be so. */
  class Model {
    readonly #store: MvccStore;
    #committed = new Map<string, unknown>();
    #time = 0;
    readonly #open = new Map<number, Actor>();
    readonly #all: Actor[] = [];

    constructor(store: MvccStore) {
      this.#store = store;
    }

    async step(
      actorNumber: number,
      action: string,
      key: string,
      isSerializable: boolean,
    ): Promise<unknown> {
      this.#time += 1;
      const actor = this.#open.get(actorNumber) ?? this.#begin(actorNumber, isSerializable);
      const outcome = await outcomeOf(() => this.#do(actor, action, key));
      if (outcome === "CONFLICT") expect(this.#isInnocent(actor), "an innocent loser").toBe(false);
      else expect(outcome).toBe("committed");
      if (outcome === "committed" && action === "commit") {
        for (const written of actor.writes) {
          if (actor.view.has(written)) this.#committed.set(written, actor.view.get(written));
          else this.#committed.delete(written);
        }
      }
      if (outcome === "CONFLICT" || action === "commit" || action === "rollback") {
        actor.endedAt = this.#time;
        this.#open.delete(actorNumber);
      }
      expect(read(this.#store)).toEqual(Object.fromEntries(this.#committed));
      return outcome;
    }

    /** When all others are gone, any work succeeds. */
    async expectAlone(): Promise<void> {
      for (const { transaction } of this.#open.values()) transaction.rollback();
      await write(this.#store, { a: "alone", b: undefined });
      expect(this.#store.begin().get("a")).toBe("alone");
    }

    #begin(actorNumber: number, isSerializable: boolean): Actor {
      const isolation = isSerializable ? "serializable" : "snapshot";
      const actor: Actor = {
        transaction: this.#store.begin({ isolation }),
        isSerializable,
        begunAt: this.#time,
        endedAt: Number.POSITIVE_INFINITY,
        view: new Map(this.#committed),
        reads: new Set(),
        writes: new Set(),
      };
      this.#open.set(actorNumber, actor);
      this.#all.push(actor);
      return actor;
    }

    #do(
      { transaction, view, reads, writes }: Actor,
      action: string,
      key: string,
    ): void | Promise<void> {
      switch (action) {
        case "get":
          reads.add(key);
          expect(transaction.get(key)).toBe(view.get(key));
          return;
        case "range":
          for (const each of keys) if (key <= each) reads.add(each);
          expect(transaction.range(key)).toEqual(
            [...view].filter(([each]) => key <= each).sort(([a], [b]) => (a < b ? -1 : 1)),
          );
          return;
        case "put":
          writes.add(key);
          transaction.put(key, this.#time);
          view.set(key, this.#time);
          return;
        case "delete":
          writes.add(key);
          transaction.delete(key);
          view.delete(key);
          return;
        case "commit":
          return transaction.commit();
        default:
          transaction.rollback();
      }
    }

    #isInnocent(actor: Actor): boolean {
      if (actor.writes.size === 0 && !actor.isSerializable) return true;
      const others = this.#all.filter(
        (other) =>
          other !== actor &&
          other.writes.size > 0 &&
          other.endedAt > actor.begunAt &&
          other.begunAt < actor.endedAt,
      );
      return others.every((other) => !touches(actor, other) && !touches(other, actor));
    }
  }

  function touches({ reads, writes }: Actor, other: Actor): boolean {
    return [...other.writes].some((key) => reads.has(key) || writes.has(key));
  }

  test("and commit at once, one wins, and money is neither made nor lost", async () => {
    await tryInterleavings({ runs: 60, disk: strict }, async (world) => {
      const store = await openOn(world.disk);
      await write(store, { a: 10, b: 10, c: 10 });
      const move = (from: string, to: string) => async () => {
        const transaction = store.begin();
        const outcome = await outcomeOf(() => {
          transaction.put(from, Number(transaction.get(from)) - 1);
          transaction.put(to, Number(transaction.get(to)) + 1);
          return transaction.commit();
        });
        transaction.rollback();
        return outcome;
      };
      const outcomes: unknown[] = [];
      const client = (work: () => Promise<unknown>) => async () => {
        outcomes.push(await work());
        const seen = store.begin().range();
        expect(seen.reduce((sum, [, amount]) => sum + Number(amount), 0)).toBe(30);
      };
      await world.together(
        client(move("a", "b")),
        client(move("b", "c")),
        client(move("c", "a")),
        client(move("a", "b")),
      );
      expect(outcomes).toContain("committed");
      await expectAfterPowerCuts(world.disk, (seen, losses) => {
        expect(seen, losses).toEqual(read(store));
      });
    });
  });
});

describe("serializable transactions", () => {
  async function race(
    entries: Record<string, unknown>,
    left: (transaction: Transaction) => void,
    right: (transaction: Transaction) => void,
  ): Promise<unknown[]> {
    const store = await storeWith(entries);
    const pair = [left, right].map((work) => ({
      work,
      transaction: store.begin({ isolation: "serializable" }),
    }));
    const outcomes = [];
    for (const { work, transaction } of pair) {
      outcomes.push(
        await outcomeOf(() => {
          work(transaction);
          return transaction.commit();
        }),
      );
    }
    return outcomes;
  }

  test("do not both act on what the other changes: write skew", async () => {
    const outcomes = await race(
      { a: "on call", b: "on call" },
      (left) => {
        if (left.get("b") === "on call") left.put("a", "at home");
      },
      (right) => {
        if (right.get("a") === "on call") right.put("b", "at home");
      },
    );
    expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
  });

  test("do not both act on an absence, of a key or of anything in a range", async () => {
    const byGet = await race(
      {},
      (left) => {
        if (left.get("b") === undefined) left.put("a", 1);
      },
      (right) => {
        if (right.get("a") === undefined) right.put("b", 1);
      },
    );
    const byRange = await race(
      {},
      (left) => {
        if (left.range("n", "o").length === 0) left.put("m", 1);
      },
      (right) => {
        if (right.range("m", "n").length === 0) right.put("n", 1);
      },
    );
    for (const outcomes of [byGet, byRange]) {
      expect(outcomes.filter((outcome) => outcome === "committed")).toHaveLength(1);
    }
  });

  test("are not refused for what lies beside their ranges, nor snapshots for reading", async () => {
    const beside = await race(
      { b: 1 },
      (left) => left.put("c", left.range("a", "c").length),
      (right) => right.put("d", right.get("e") ?? "none"),
    );
    expect(beside).toEqual(["committed", "committed"]);
    const store = await storeWith({ a: 1 });
    const reader = store.begin({ isolation: "snapshot" });
    expect(reader.range()).toEqual([["a", 1]]);
    await write(store, { a: 2 });
    await reader.commit();
  });

  test("see no state between two others, though they only read", async () => {
    // Fekete, O'Neil and O'Neil: without the reader, the other two have an order.
    const store = await storeWith({ checking: 0, savings: 0 });
    const serializable = { isolation: "serializable" } as const;
    const withdrawal = store.begin(serializable);
    const total = Number(withdrawal.get("checking")) + Number(withdrawal.get("savings"));
    const deposit = store.begin(serializable);
    deposit.put("savings", Number(deposit.get("savings")) + 20);
    await deposit.commit();
    const report = store.begin(serializable);
    expect([report.get("checking"), report.get("savings")]).toEqual([0, 20]);
    const outcomes = [
      await outcomeOf(() => report.commit()),
      await outcomeOf(() => {
        withdrawal.put("checking", total - 10 < 0 ? -11 : -10);
        return withdrawal.commit();
      }),
    ];
    expect(outcomes).toContain("CONFLICT");
  });
});

describe("garbage", () => {
  /** Of its own: a padded or repeated string would share most of itself with the next. */
  const text = (number: number): string => Buffer.alloc(4096, `${number} `).toString("latin1");
  setFlagsFromString("--expose-gc");
  const collectAll = runInNewContext("gc") as () => void;
  /** The least of several looks: the memory of buffers is given back some time after they are collected. */
  const memory = async (): Promise<number> => {
    let least = Infinity;
    for (let look = 0; look < 5; look += 1) {
      collectAll();
      await turns();
      const { heapUsed, external } = process.memoryUsage();
      least = Math.min(least, heapUsed + external);
    }
    return least;
  };

  test("goes, and every open snapshot stays what it was", async () => {
    const store = await openMvccStore();
    const readers: { reader: Transaction; expected: Record<string, unknown> }[] = [];
    for (let round = 0; round < 200; round += 1) {
      await write(store, {
        [`key ${round % 3}`]: round % 7 === 0 ? undefined : round,
        [`key ${round % 5}`]: round % 11 === 0 ? undefined : -round,
      });
      const reader = store.begin();
      readers.push({ reader, expected: Object.fromEntries(reader.range()) });
      // Ended from the front, from the back and from the middle.
      if (readers.length > 6) {
        const index = round % 2 === 0 ? 0 : (round * 31) % readers.length;
        readers.splice(index, 1)[0]?.reader.rollback();
      }
      for (const each of readers) {
        expect(Object.fromEntries(each.reader.range())).toEqual(each.expected);
      }
    }
  });

  test("that was deleted does not come back", async () => {
    const store = await storeWith({ a: "old" });
    const old = store.begin();
    await write(store, { a: "newer" });
    const newer = store.begin();
    await write(store, { a: undefined });
    old.rollback();
    expect(read(store)).toEqual({});
    expect(newer.get("a")).toBe("newer");
    newer.rollback();
    expect(read(store)).toEqual({});
    await write(store, { b: 1 });
    expect(read(store)).toEqual({ b: 1 });
    expect(store.begin().get("a")).toBeUndefined();
  });

  test("is not kept: neither overwritten values, nor deleted keys, nor forgotten transactions", async () => {
    const clock = new ManualClock();
    const store = await openMvccStore({ clock, transactionAgeMsMax: 1000 });
    const before = await memory();
    const long = store.begin();
    let open = store.begin();
    for (let round = 0; round < 4000; round += 1) {
      const writer = store.begin({ isolation: "serializable" });
      writer.put(`key ${round % 4}`, text(round));
      writer.put(`passing ${round}`, text(-round));
      writer.delete(`passing ${round - 1}`);
      await writer.commit();
      if (round === 1000) long.rollback();
      if (round % 50 === 0) {
        open.rollback();
        open = store.begin();
        store.begin().put(`never ${round}`, text(round));
        await clock.advance(10);
      }
    }
    open.rollback();
    await clock.advance(1001);
    await write(store, { last: 1 });
    // A store may collect a little later than at its last call.
    await turns(100);
    expect((await memory()) - before).toBeLessThan(8 * 1024 * 1024);
    expect(store.begin().range("key")).toHaveLength(6);
  });

  test("is a transaction that has become too old, and no other", async () => {
    const clock = new ManualClock();
    const store = await openMvccStore({ clock, transactionAgeMsMax: 1000 });
    const old = store.begin();
    old.put("a", "old");
    await clock.advance(1000);
    expect(old.get("a")).toBe("old");
    await clock.advance(1);
    const calls = [() => old.get("a"), () => old.put("a", 1), () => old.range()];
    expect(calls[0]).toThrow(expect.objectContaining({ code: "EXPIRED" }));
    await write(store, { a: "new" });
    const late = store.begin();
    await clock.advance(5000);
    await expect(late.commit()).rejects.toMatchObject({ code: "EXPIRED" });
    late.rollback();
    expect(read(store)).toEqual({ a: "new" });

    const patient = await openMvccStore({ clock });
    const ageless = patient.begin();
    ageless.put("a", 1);
    await clock.advance(1e12);
    await ageless.commit();
    expect(read(patient)).toEqual({ a: 1 });
  });
});

describe("a commit that was answered", () => {
  test("survives any power cut, whole, and what waited for it is there whole or not at all", async () => {
    const disk = createCrashDisk(strict);
    const stalling = stallingDisk(disk);
    const store = await openOn(stalling);
    await write(store, { a: 1, b: 1, c: "gone" });
    await write(store, { c: undefined });
    stalling.stall();
    void write(store, { a: 2, b: 2, d: "a value that is torn in many ways" }).catch(
      () => undefined,
    );
    await turns();
    for (const { disk: second, losses } of disk.powerCuts()) {
      const secondLife = await openOn(second);
      const shown = read(secondLife);
      expect([1, 2], losses).toContain(shown["a"]);
      expect(shown["b"], losses).toBe(shown["a"]);
      expect(shown["d"] !== undefined, losses).toBe(shown["a"] === 2);
      expect(shown["c"], losses).toBeUndefined();
      await write(secondLife, { e: 3 });
      await expectAfterPowerCuts(second, (after) => {
        expect(after, losses).toEqual({ ...shown, e: 3 });
      });
    }
  });

  test("survives random lives of commits, closes, kills and power cuts", async () => {
    const step = fc.tuple(
      fc.constantFrom("commit", "commit", "commit", "close", "kill", "power cut"),
      fc.constantFrom("a", "b", "c"),
      fc.option(fc.string({ maxLength: 200 }), { nil: undefined }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let disk = createCrashDisk(strict);
        let store = await openOn(disk);
        const model = new Map<string, unknown>();
        for (const [action, key, value] of steps) {
          if (action === "commit") {
            await write(store, { [key]: value });
            if (value === undefined) model.delete(key);
            else model.set(key, value);
          } else {
            if (action === "close") await store.close();
            if (action === "kill") disk = disk.kill();
            if (action === "power cut") disk = disk.powerCut();
            store = await openOn(disk);
          }
          expect(read(store)).toEqual(Object.fromEntries(model));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("shared its sync with those that were called together", async () => {
    for (const commits of [8, 64, 256]) {
      const disk = createCrashDisk();
      const store = await openOn(disk);
      const syncsBefore = disk.counts.syncs;
      await Promise.all(
        Array.from({ length: commits }, (_, index) => write(store, { [`key ${index}`]: index })),
      );
      expect(disk.counts.syncs - syncsBefore, `${commits} commits`).toBeLessThanOrEqual(2);
    }
  });
});

describe("a commit that waits for the disk", () => {
  test("is unseen, wins its conflicts, and holds up nobody who only reads", async () => {
    const disk = stallingDisk(createCrashDisk());
    const store = await openOn(disk);
    await write(store, { a: "safe" });
    disk.stall();
    void write(store, { a: "waiting", b: 1 }).catch(() => undefined);
    await turns();
    expect(read(store)).toEqual({ a: "safe" });
    const reader = store.begin();
    reader.get("a");
    await reader.commit();
    const rival = store.begin();
    expect(
      await outcomeOf(() => {
        rival.put("b", 2);
        return rival.commit();
      }),
    ).toBe("CONFLICT");
  });

  test("counts towards the limit, and the one that is refused can be committed later", async () => {
    const disk = createCrashDisk();
    const store = await openOn(disk, { commitsWaitingMax: 2 });
    const letGo = disk.holdSyncs();
    const waiting = [write(store, { a: 1 }), write(store, { b: 2 })];
    await turns();
    const refused = store.begin();
    refused.put("c", 3);
    await expect(refused.commit()).rejects.toMatchObject({ code: "OVERLOADED" });
    await store.begin().commit();
    letGo();
    await Promise.all(waiting);
    expect(refused.get("c")).toBe(3);
    await refused.commit();
    expect(read(await openOn(disk.powerCut()))).toEqual({ a: 1, b: 2, c: 3 });
  });

  test("is carried out by a close that is called after it", async () => {
    const disk = createCrashDisk();
    const store = await openOn(disk);
    const answers: string[] = [];
    await Promise.all([
      write(store, { a: 1 }).then(() => answers.push("commit")),
      store.close().then(() => answers.push("close")),
    ]);
    expect(answers).toEqual(["commit", "close"]);
    expect(read(await openOn(disk))).toEqual({ a: 1 });
  });
});

describe("what a recovery has shown", () => {
  test("stays, although the process was killed before its sync and the power goes right after", async () => {
    const disk = createCrashDisk(strict);
    const stalling = stallingDisk(disk);
    const store = await openOn(stalling);
    stalling.stall();
    void write(store, { a: 1 }).catch(() => undefined);
    await turns();
    const killed = disk.kill();
    expect(read(await openOn(killed))).toEqual({ a: 1 });
    await expectAfterPowerCuts(killed, (after, losses) => {
      expect(after, losses).toEqual({ a: 1 });
    });
  });

  test("stays, although the sync of its batch has failed and no later sync of that file helps", async () => {
    const disk = createCrashDisk(strict);
    const store = await openOn(disk);
    await write(store, { a: 1 });
    disk.faults = { failSync: disk.counts.syncs };
    await expect(write(store, { a: 2 })).rejects.toMatchObject({ code: "STORAGE" });
    expect(read(store)).toEqual({ a: 1 });
    await store.close();
    const killed = disk.kill();
    const shown = read(await openOn(killed));
    await expectAfterPowerCuts(killed, (after, losses) => {
      expect(after, losses).toEqual(shown);
    });
  });

  test("stays, wherever that recovery failed before it succeeded", async () => {
    const disk = createCrashDisk(strict);
    const store = await openOn(disk);
    await Promise.all([write(store, { a: 1 }), write(store, { b: 2 })]);
    await write(store, { a: 3 });
    for (let failCall = 0; ; failCall += 1) {
      const next = disk.kill();
      next.faults = { failCall };
      const opened = await openOn(next).catch(() => undefined);
      await expectAfterPowerCuts(next, (after, losses) => {
        expect(after, losses).toEqual({ a: 3, b: 2 });
      });
      if (opened !== undefined && !next.faulted) break;
    }
  });
});

describe("a disk that misbehaves", () => {
  test("has no commit acknowledged after its first failure, and nothing answered before it is lost", async () => {
    const faults = [
      (disk: CrashDisk) => ({ failSync: disk.counts.syncs }),
      ...[0, 1, 20].map((bytesKept) => (disk: CrashDisk) => ({
        fullDisk: { append: disk.counts.appends, appends: 1, bytesKept },
      })),
    ];
    for (const faultOf of faults) {
      const disk = createCrashDisk(strict);
      const store = await openOn(disk);
      await write(store, { a: 1 });
      disk.faults = faultOf(disk);
      await expect(write(store, { b: 2 })).rejects.toMatchObject({ code: "STORAGE" });
      await expect(write(store, { d: 4 })).rejects.toMatchObject({ code: "STORAGE" });
      expect(read(store)).toEqual({ a: 1 });
      await store.close();
      await expectAfterPowerCuts(disk, (after, losses) => {
        expect([{ a: 1 }, { a: 1, b: 2 }], losses).toContainEqual(after);
      });
    }
  });

  test("changes no answer by reading short", async () => {
    const disk = createCrashDisk();
    const store = await openOn(disk);
    await write(store, { a: "1".repeat(500), b: "2".repeat(500) });
    await write(store, { c: "3".repeat(500) });
    const next = disk.kill();
    next.faults = { shortReads: 1 };
    expect(read(await openOn(next))).toEqual(read(store));
  });

  test("is refused wherever a byte changes for which a later batch vouches", async () => {
    const disk = createCrashDisk();
    const earlier = await openOn(disk);
    await write(earlier, { a: "old", b: "x".repeat(90) });
    await earlier.close();
    const store = await openOn(disk);
    await write(store, { c: "y".repeat(90) });
    const vouchedFor = new Map(disk.state.sizes());
    await write(store, { d: 1 });
    await write(store, { e: 2 });
    let refused = 0;
    for (const [path, size] of vouchedFor) {
      for (let position = 0; position < size; position += 1) {
        const rotten = disk.kill();
        rotten.rot(path, position);
        const error: unknown = await openOn(rotten).catch((caught: unknown) => caught);
        expect(error, `${path} at ${position}`).toMatchObject({ code: "CORRUPTION", file: path });
        expect((error as { offset: number }).offset).toBeLessThanOrEqual(position);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });

  test("is not accused of rot because a torn value holds a copy of the log", async () => {
    const disk = createCrashDisk(strict);
    const store = await openOn(disk);
    for (const key of ["a", "b", "c"]) await write(store, { [key]: key });
    const copy = Buffer.concat([...disk.state.contents().values()]);
    const stalling = stallingDisk(disk.kill());
    const second = await openOn(stalling);
    stalling.stall();
    void write(second, { d: Uint8Array.from(copy) }).catch(() => undefined);
    await turns();
    await expectAfterPowerCuts(disk, (after, losses) => {
      expect(after, losses).toMatchObject({ a: "a", b: "b", c: "c" });
    });
  });

  test("has one owner at a time, and is free after a close, a kill and an open that failed", async () => {
    const disk = createCrashDisk();
    const store = await openOn(disk);
    await write(store, { a: 1 });
    await expect(openOn(disk)).rejects.toMatchObject({ code: "LOCKED" });
    await store.close();
    const again = await openOn(disk);
    expect(read(again)).toEqual({ a: 1 });
    for (let failCall = 0; failCall < 12; failCall += 1) {
      const next = disk.kill();
      next.faults = { failCall };
      const opened = await openOn(next).catch(() => undefined);
      if (opened !== undefined) break;
      next.faults = {};
      expect(read(await openOn(next))).toEqual({ a: 1 });
      await expectAfterPowerCuts(next, (after, losses) => {
        expect(after, losses).toEqual({ a: 1 });
      });
    }
  });
});

test("a checkpoint of many entries comes back whole", async () => {
  const disk = createCrashDisk();
  const store = await openOn(disk);
  const writer = store.begin();
  for (let index = 0; index < 2500; index += 1) writer.put(`key ${index}`, "x".repeat(100));
  await writer.commit();
  await store.close();
  for (let life = 0; life < 2; life += 1) {
    const next = await openOn(disk);
    expect(next.begin().range()).toHaveLength(2500);
    await next.close();
  }
});

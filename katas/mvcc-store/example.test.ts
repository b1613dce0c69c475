/**
 * The visible tests: how to run the store, what a failure looks like, and how to crash it.
 * The grade tries much more; these are for reading, and for copying into your own test file.
 *
 * `#subject` is your file. From level 5 on there is a disk, in memory: it forgets and tears like a real one,
 * and says what it has lost. A test that is red prints its name, what was expected, what came, and the line.
 */
import { expect, test } from "vitest";
import { errorCode } from "#platform/errors.ts";
import { createCrashDisk } from "#platform/testing/crash-disk.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import * as file from "#subject";
import type { MvccStore, Subject, Transaction } from "./contract.ts";

// Without a level of its own, a file claims them all.
const { openMvccStore, level = Number.POSITIVE_INFINITY } = file as Subject;

test("a transaction begun before another's commit still reads the value from before it", async () => {
  const store = await storeWith({ colour: "red" });
  const reader = store.begin();
  await commitPut(store, "colour", "blue");
  expect(reader.get("colour")).toBe("red");
  expect(store.begin().get("colour")).toBe("blue");
});

test("a transaction reads its own puts and deletes, and nobody else does", async () => {
  const store = await storeWith({ a: 1, b: 2 });
  const writer = store.begin();
  writer.delete("a");
  writer.put("c", 3);
  expect(writer.get("a")).toBe(undefined);
  expect(writer.range()).toEqual([
    ["b", 2],
    ["c", 3],
  ]);
  expect(store.begin().range()).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

test("a range ends before its end", async () => {
  const store = await storeWith({ a: 1, b: 2, c: 3 });
  expect(store.begin().range("a", "c")).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
  expect(store.begin().range("c", "a")).toEqual([]);
});

test("null is a value, and an absent key gives undefined", async () => {
  const store = await storeWith({ nothing: null });
  expect(store.begin().get("nothing")).toBe(null);
  expect(store.begin().get("absent")).toBe(undefined);
});

test("an object that changes after it was put or got changes nothing in the store", async () => {
  const store = await openMvccStore();
  const value = { list: [1] };
  const writer = store.begin();
  writer.put("key", value);
  value.list.push(2);
  await writer.commit();
  const got = store.begin().get("key") as typeof value;
  expect(got).toEqual({ list: [1] });
  got.list.push(3);
  expect(store.begin().get("key")).toEqual({ list: [1] });
});

test("what was rolled back leaves no trace, and a transaction that is over says so", async () => {
  const store = await openMvccStore();
  const writer = store.begin();
  writer.put("colour", "red");
  writer.rollback();
  writer.rollback();
  expect(() => writer.get("colour")).toThrow(expect.objectContaining({ code: "CLOSED" }));
  await expect(writer.commit()).rejects.toMatchObject({ code: "CLOSED" });
  expect(store.begin().get("colour")).toBe(undefined);
});

test.runIf(level >= 2)("from level 2: of two that write the same key one commits", async () => {
  const store = await storeWith({ counter: 10 });
  const transactions = [store.begin(), store.begin()];
  const codes = [];
  for (const transaction of transactions) codes.push(await codeOf(increment(transaction)));
  expect(codes.sort()).toEqual(["CONFLICT", "no error"]);
  expect(store.begin().get("counter")).toBe(11);
});

test.runIf(level >= 3)("from level 3: two doctors do not both go home", async () => {
  const store = await storeWith({ alice: "on call", bob: "on call" });
  const alice = store.begin({ isolation: "serializable" });
  const bob = store.begin({ isolation: "serializable" });
  const codes = [await codeOf(goHome(alice, "alice")), await codeOf(goHome(bob, "bob"))];
  expect(codes.sort()).toEqual(["CONFLICT", "no error"]);
});

test.runIf(level >= 4)("from level 4: a transaction that has become too old says so", async () => {
  const clock = new ManualClock();
  const store = await openMvccStore({ clock, transactionAgeMsMax: 1000 });
  const old = store.begin();
  await clock.advance(1000);
  expect(old.get("colour")).toBe(undefined);
  await clock.advance(1);
  expect(() => old.get("colour")).toThrow(expect.objectContaining({ code: "EXPIRED" }));
});

test.runIf(level >= 5)("from level 5: an answered commit survives every power cut", async () => {
  const disk = createCrashDisk();
  const store = await openMvccStore({ disk, directory: "store" });
  const writer = store.begin();
  writer.put("from", 90);
  writer.put("to", 110);
  await writer.commit();
  for (const { disk: after, losses } of disk.powerCuts()) {
    const reopened = await openMvccStore({ disk: after, directory: "store" });
    expect(reopened.begin().range(), `after a power cut: ${losses}`).toEqual([
      ["from", 90],
      ["to", 110],
    ]);
  }
});

async function storeWith(entries: Record<string, unknown>): Promise<MvccStore> {
  const store = await openMvccStore();
  const writer = store.begin();
  for (const [key, value] of Object.entries(entries)) writer.put(key, value);
  await writer.commit();
  return store;
}

async function increment(transaction: Transaction): Promise<void> {
  transaction.put("counter", Number(transaction.get("counter")) + 1);
  await transaction.commit();
}

/** Only while somebody else is on call. */
async function goHome(transaction: Transaction, doctor: string): Promise<void> {
  const onCall = transaction.range().filter(([, state]) => state === "on call");
  if (onCall.length > 1) transaction.put(doctor, "at home");
  await transaction.commit();
}

/** A conflict may show at the write or at the commit; the code is what counts. */
async function codeOf(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => "no error",
    (error: unknown) => errorCode(error),
  );
}

async function commitPut(store: MvccStore, key: string, value: unknown): Promise<void> {
  const writer = store.begin();
  writer.put(key, value);
  await writer.commit();
}

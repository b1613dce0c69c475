/**
 * The visible tests: how to run the store, what a failure looks like, and how to crash it.
 * The grade tries much more; these are for reading, and for copying into your own test file.
 *
 * `#subject` is your file. The disk is in memory: it forgets and tears like a real one, and says what it has lost.
 * A test that is red prints its name, what was expected, what came, and the line.
 */
import { afterEach, expect, test } from "vitest";
import { createCrashDisk, type CrashDisk } from "#platform/testing/crash-disk.ts";
import * as file from "#subject";
import type { DurableKv, Subject } from "./contract.ts";

// Without a level of its own, a file claims them all.
const { openDurableKv, level = Number.POSITIVE_INFINITY } = file as Subject;
const directory = "store";
const openStores = new Set<DurableKv>();

afterEach(async () => {
  for (const store of openStores) await store.close();
  openStores.clear();
});

test("a get answers with the value that was put last", async () => {
  const store = await openOn(createCrashDisk());
  await store.put(bytes("colour"), bytes("red"));
  await store.put(bytes("colour"), bytes("blue"));
  expect(text(await store.get(bytes("colour")))).toBe("blue");
});

test("a key that nobody has put has no value, and an empty value is a value", async () => {
  const store = await openOn(createCrashDisk());
  await store.put(bytes("empty"), bytes(""));
  expect(text(await store.get(bytes("absent")))).toBe(undefined);
  expect(text(await store.get(bytes("empty")))).toBe("");
});

test("a deleted key stays deleted after close and open", async () => {
  const disk = createCrashDisk();
  const store = await openOn(disk);
  await store.put(bytes("colour"), bytes("red"));
  await store.delete(bytes("colour"));
  await close(store);
  const reopened = await openOn(disk);
  expect(text(await reopened.get(bytes("colour")))).toBe(undefined);
});

test("a buffer that changes after the answer changes nothing in the store", async () => {
  const store = await openOn(createCrashDisk());
  const value = bytes("red");
  await store.put(bytes("colour"), value);
  value.fill(0);
  expect(text(await store.get(bytes("colour")))).toBe("red");
});

test("after close every call rejects with the code CLOSED", async () => {
  const store = await openOn(createCrashDisk());
  await close(store);
  await expect(store.get(bytes("colour"))).rejects.toMatchObject({ code: "CLOSED" });
});

test("an answered put is there after the process is killed", async () => {
  const disk = createCrashDisk();
  const store = await openOn(disk);
  await store.put(bytes("colour"), bytes("red"));
  // The old store is lost with its process. Whatever it answered must be on the disk of the next one.
  const reopened = await openOn(killed(disk));
  expect(text(await reopened.get(bytes("colour")))).toBe("red");
});

test.runIf(level >= 2)("from level 2: an answered put survives every power cut", async () => {
  const disk = createCrashDisk();
  const store = await openOn(disk);
  await store.put(bytes("colour"), bytes("red"));
  openStores.clear();
  for (const { disk: after, losses } of disk.powerCuts()) {
    const reopened = await openOn(after);
    expect(text(await reopened.get(bytes("colour"))), `after a power cut: ${losses}`).toBe("red");
  }
});

test.runIf(level >= 3)(
  "from level 3: puts that overlap are all answered and all kept",
  async () => {
    const disk = createCrashDisk();
    const store = await openOn(disk);
    const names = Array.from({ length: 8 }, (_, index) => `key ${index}`);
    await Promise.all(names.map((name) => store.put(bytes(name), bytes(`value of ${name}`))));
    openStores.clear();
    const reopened = await openOn(disk.powerCut());
    for (const name of names) {
      expect(text(await reopened.get(bytes(name)))).toBe(`value of ${name}`);
    }
  },
);

async function openOn(disk: CrashDisk): Promise<DurableKv> {
  const store = await openDurableKv({ disk, directory });
  openStores.add(store);
  return store;
}

async function close(store: DurableKv): Promise<void> {
  openStores.delete(store);
  await store.close();
}

/** The disk as the next process finds it. Stores on the old one are gone; nobody can close them. */
function killed(disk: CrashDisk): CrashDisk {
  openStores.clear();
  return disk.kill();
}

function bytes(written: string): Uint8Array {
  return new TextEncoder().encode(written);
}

function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

/**
 * The visible tests: how to run the tree, what a failure looks like, and how to crash it.
 * The grade tries much more; these are for reading, and for copying into your own test file.
 *
 * `#subject` is your file. The disk is in memory: it forgets and tears like a real one, and says what it has lost.
 * A test that is red prints its name, what was expected, what came, and the line.
 */
import { afterEach, expect, test } from "vitest";
import { type CrashDisk, createCrashDisk } from "#platform/testing/crash-disk.ts";
import * as file from "#subject";
import type { Entry, LsmTree, LsmTreeOptions, Subject } from "./contract.ts";

// Without a level of its own, a file claims them all.
const { openLsmTree, level = Number.POSITIVE_INFINITY } = file as Subject;
const directory = "store";
const openTrees = new Set<LsmTree>();

afterEach(async () => {
  for (const tree of openTrees) await tree.close();
  openTrees.clear();
});

test("a get answers with the value that was put last, in the memtable or in tables", async () => {
  const tree = await openOn(createCrashDisk());
  await tree.put("colour", "red");
  await tree.flush();
  expect(await tree.get("colour")).toBe("red");
  await tree.put("colour", "blue");
  expect(await tree.get("colour")).toBe("blue");
  await tree.flush();
  expect(await tree.get("colour")).toBe("blue");
});

test("a deleted key has no value, although an older table has one", async () => {
  const tree = await openOn(createCrashDisk());
  await tree.put("colour", "red");
  await tree.flush();
  await tree.delete("colour");
  await tree.flush();
  expect(await tree.get("colour")).toBe(undefined);
});

test("memtables of three keys become tables, and no key gets lost on the way", async () => {
  const tree = await openOn(createCrashDisk(), { memtableThreshold: 3 });
  const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);
  for (const key of keys) await tree.put(key, `value of ${key}`);
  for (const key of keys) expect(await tree.get(key)).toBe(`value of ${key}`);
});

test("a lone surrogate has no UTF-8: the key is refused with the code INVALID_ARGUMENT", async () => {
  const tree = await openOn(createCrashDisk());
  await expect(tree.put("\ud800", "half a character")).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});

test("after close every call is refused with the code CLOSED", async () => {
  const tree = await openOn(createCrashDisk());
  await close(tree);
  await expect(tree.get("colour")).rejects.toMatchObject({ code: "CLOSED" });
});

test.runIf(level >= 2)("from level 2: a range is in the order of UTF-8 bytes", async () => {
  const tree = await openOn(createCrashDisk());
  for (const key of ["k2", "k10", "", "é", "\u{1f600}", "\uffff"]) await tree.put(key, "here");
  await tree.flush();
  await tree.delete("k2");
  expect((await entriesOf(tree.range())).map(([key]) => key)).toEqual([
    ...["", "k10", "é", "\uffff", "\u{1f600}"],
  ]);
  expect(await entriesOf(tree.range("k", "l"))).toEqual([["k10", "here"]]);
});

test.runIf(level >= 2)("from level 2: a range does not notice what happens later", async () => {
  const tree = await openOn(createCrashDisk());
  for (const key of ["a", "b", "c"]) await tree.put(key, "old");
  const seen: Entry[] = [];
  for await (const entry of tree.range()) {
    seen.push(entry);
    await tree.put("b", "new");
    await tree.delete("c");
    await tree.flush();
  }
  expect(seen).toEqual([
    ["a", "old"],
    ["b", "old"],
    ["c", "old"],
  ]);
});

test.runIf(level >= 3)("from level 3: answered writes survive every power cut", async () => {
  const disk = createCrashDisk();
  const tree = await openOn(disk);
  await tree.put("colour", "red");
  await tree.put("shape", "round");
  await tree.flush();
  await tree.delete("shape");
  openTrees.clear();
  for (const { disk: after, losses } of disk.powerCuts()) {
    const reopened = await openOn(after);
    expect(await entriesOf(reopened.range()), `after a power cut: ${losses}`).toEqual([
      ["colour", "red"],
    ]);
  }
});

test.runIf(level >= 4)("from level 4: a key that is not there costs no read", async () => {
  const disk = createCrashDisk();
  const tree = await openOn(disk);
  for (let index = 0; index < 100; index++) await tree.put(`key ${index}`, "here");
  await tree.flush();
  await tree.get("key 50");
  const before = disk.counts.bytesRead;
  expect(await tree.get("before them all")).toBe(undefined);
  expect(disk.counts.bytesRead).toBe(before);
});

test.runIf(level >= 5)(
  "from level 5: compact gives back the space of what was deleted",
  async () => {
    const tree = await openOn(createCrashDisk());
    for (let index = 0; index < 100; index++) await tree.put(`key ${index}`, "here");
    await tree.flush();
    for (let index = 1; index < 100; index++) await tree.delete(`key ${index}`);
    await tree.compact();
    expect(await entriesOf(tree.range())).toEqual([["key 0", "here"]]);
  },
);

async function openOn(disk: CrashDisk, options: Partial<LsmTreeOptions> = {}): Promise<LsmTree> {
  const tree = await openLsmTree({ disk, directory, ...options });
  openTrees.add(tree);
  return tree;
}

async function close(tree: LsmTree): Promise<void> {
  openTrees.delete(tree);
  await tree.close();
}

async function entriesOf(range: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of range) entries.push(entry);
  return entries;
}

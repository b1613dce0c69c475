/**
 * What the reference promises, tested from outside: through the contract, on a disk that can crash.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { Disk } from "#platform/disk.ts";
import {
  type CrashDisk,
  type CrashDiskOptions,
  createCrashDisk,
} from "#platform/testing/crash-disk.ts";
import { openLsmTree } from "./lsm-tree.ts";

const strict: CrashDiskOptions = { names: "strict", sectorBytes: 16 };

type Options = Omit<LsmTreeOptions, "disk" | "directory">;

function openTree(disk: Disk, options: Options = {}): Promise<LsmTree> {
  return openLsmTree({ disk, directory: "store", ...options });
}

async function entriesOf(range: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of range) entries.push(entry);
  return entries;
}

describe("random lives", () => {
  for (const compaction of ["leveled", "size-tiered"] as const) {
    test(`of writes, flushes, compactions, closes and crashes agree with a sorted map, ${compaction}`, async () => {
      const keys = ["", "a", "b", "k10", "k2", "é", "\uffff", "\u{1f600}"];
      const step = fc.record({
        action: fc.constantFrom(
          ...["put", "put", "put", "put", "put", "put", "delete", "delete", "flush", "compact"],
          ...["close", "kill", "power cut"],
        ),
        key: fc.constantFrom(...keys),
        value: fc.string({ maxLength: 40, unit: "grapheme" }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 60 }),
          fc.integer({ min: 1, max: 3 }),
          async (steps, memtableThreshold) => {
            const options: Options = { memtableThreshold, compaction };
            const model = new Map<string, string>();
            let disk = createCrashDisk(strict);
            let tree = await openTree(disk, options);
            for (const { action, key, value } of steps) {
              if (action === "put") {
                await tree.put(key, value);
                model.set(key, value);
              } else if (action === "delete") {
                await tree.delete(key);
                model.delete(key);
              } else if (action === "flush") {
                await tree.flush();
              } else if (action === "compact") {
                await tree.compact();
              } else {
                if (action === "close") await tree.close();
                if (action === "kill") disk = disk.kill();
                if (action === "power cut") disk = disk.powerCut();
                tree = await openTree(disk, options);
              }
              expect(await entriesOf(tree.range())).toEqual(sortedEntries(model));
              expect(await tree.get(key)).toBe(model.get(key));
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});

describe("every power cut", () => {
  test("during writes, flushes and merges leaves what was answered", async () => {
    const disk = createCrashDisk(strict);
    const tree = await openTree(disk, { memtableThreshold: 2 });
    const model = new Map<string, string>();
    for (let round = 0; round < 10; round += 1) {
      const key = `k${round % 5}`;
      const before = sortedEntries(model);
      const cuts = await disk.powerCutsDuring(async () => {
        await (round % 4 === 3 ? tree.delete(key) : tree.put(key, `value ${round}`));
        if (round % 5 === 4) await tree.flush();
        if (round === 8) await tree.compact();
      });
      if (round % 4 === 3) model.delete(key);
      else model.set(key, `value ${round}`);
      await expectOneOf(cuts, before, sortedEntries(model));
    }
  });
});

async function expectOneOf(
  cuts: { disk: CrashDisk; losses: string; answered: boolean }[],
  before: Entry[],
  after: Entry[],
): Promise<void> {
  for (const { disk, losses, answered } of cuts) {
    const second = await openTree(disk, { memtableThreshold: 2 });
    const found = await entriesOf(second.range());
    if (answered) expect(found, losses).toEqual(after);
    else expect([before, after], losses).toContainEqual(found);
    await second.put("later", "write");
    const third = await openTree(disk.powerCut(), { memtableThreshold: 2 });
    const expected = sortedEntries(new Map([...found, ["later", "write"]]));
    expect(await entriesOf(third.range()), losses).toEqual(expected);
  }
}

function sortedEntries(model: ReadonlyMap<string, string>): Entry[] {
  return [...model].sort(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
}

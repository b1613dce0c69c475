/** Keeps the worked example of README.md true, byte by byte; no promise asks for these bytes. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { MvccStore } from "#katas/mvcc-store/contract.ts";
import { type CrashDisk, createCrashDisk } from "#platform/testing/crash-disk.ts";
import { openMvccStore } from "./mvcc-store.ts";

/** Commits all entries in one transaction; undefined deletes. */
function write(store: MvccStore, entries: Record<string, unknown>): Promise<void> {
  const transaction = store.begin();
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined) transaction.delete(key);
    else transaction.put(key, value);
  }
  return transaction.commit();
}

describe("the format", () => {
  test("is the one that README.md spells out byte by byte", async () => {
    const disk = createCrashDisk();
    const store = await openMvccStore({ disk, directory: "store" });
    await Promise.all([write(store, { alice: 90, bob: 110 }), write(store, { eve: undefined })]);
    const checkpoint = "d90b365e 00000000 000000000000 0001";
    const header = "208ffffb 00000027 000000000010 0002";
    const puts = "0005 00000005 616c696365 ff0f49b401 0003 00000005 626f62 ff0f49dc01";
    expect(contentOf(disk)).toEqual({
      "store/1.log": digits(checkpoint, header, puts, "0003 ffffffff 657665"),
    });
    const next = disk.kill();
    await openMvccStore({ disk: next, directory: "store" });
    expect(contentOf(next)).toEqual({
      "store/2.log": digits("cf89e349 0000001e 000000000000 0001", puts),
    });
  });

  function contentOf(disk: CrashDisk): Record<string, string> {
    const files = [...disk.state.contents()];
    return Object.fromEntries(
      files.map(([path, content]) => [path, Buffer.from(content).toString("hex")]),
    );
  }

  function digits(...parts: string[]): string {
    return parts.join("").replaceAll(" ", "");
  }
});

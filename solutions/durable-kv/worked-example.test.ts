/** Keeps the worked example of README.md true, byte by byte; no promise asks for these bytes. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { type CrashDisk, createCrashDisk } from "#platform/testing/crash-disk.ts";
import { openDurableKv } from "./durable-kv.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("the format", () => {
  test("is the one that README.md spells out byte by byte", async () => {
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store" });
    await store.put(bytes("cat"), bytes("meow"));
    await Promise.all([store.put(bytes("dog"), bytes("woof")), store.delete(bytes("cat"))]);
    const next = disk.kill();
    const reopened = await openDurableKv({ disk: next, directory: "store" });
    const firstBatch = "d53d39f1 0000000d 00000000 00000000 0003 00000004 636174 6d656f77";
    const records = "0003 00000004 646f67 776f6f66 0003 ffffffff 636174";
    expect(contentOf(next)).toEqual({
      "store/00000001.log": digits(firstBatch, `eb84c36b 00000016 00000001 0000001d ${records}`),
      "store/00000002.log": digits(`9c74f599 00000016 00000001 0000001d ${records}`),
    });
    await reopened.compact();
    const live = "b86649ed 0000000d 00000003 00000000 0003 00000004 646f67 776f6f66";
    expect(contentOf(next)).toEqual({
      "store/00000003.snapshot": digits(live, "c34a3a36 00000000 00000003 0000001d"),
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

/** Keeps the worked example of README.md true, byte by byte, and the inspector; no promise asks for these bytes. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { type CrashDisk, createCrashDisk } from "#platform/testing/crash-disk.ts";
import { inspectTables } from "./inspect-tables.ts";
import { openLsmTree } from "./lsm-tree.ts";

function keyOf(index: number): string {
  return `key ${String(index).padStart(4, "0")}`;
}

/** Long enough for everything that goes on in the background. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("on the disk", () => {
  test("the worked example of README.md has these bytes", async () => {
    const disk = createCrashDisk();
    const tree = await openLsmTree({ disk, directory: "store" });
    await tree.put("cat", "meow");
    await Promise.all([tree.put("dog", "woof"), tree.delete("cat")]);
    expect(await hexOf(disk, "00000001.log")).toBe(
      hex(
        ...["33f0c56a 00000000 0000000d", "0003 00000004 636174 6d656f77"],
        ...["75d04340 00000019 00000016", "0003 00000004 646f67 776f6f66", "0003 ffffffff 636174"],
      ),
    );
    await tree.flush();
    await rest();
    expect((await disk.list("store")).sort()).toEqual(["00000002.table", "00000003.manifest"]);
    expect(await hexOf(disk, "00000002.table")).toBe(
      hex(
        ...["e72267e9 01 000016", "0003 ffffffff 636174", "0003 00000004 646f67 776f6f66", "0000"],
        ...["bd037bab 914e27"],
        ...["1da857b3", "00000020 0003 636174", "00000000 0003 646f67"],
        ...["84a8614c 00000020 00000027 00000002 00000001"],
      ),
    );
    expect(await hexOf(disk, "00000003.manifest")).toBe(
      hex("a3857d80 00000001 00000001 00000001 00000001 00000002"),
    );
    await tree.compact();
    await rest();
    expect((await disk.list("store")).sort()).toEqual(["00000004.table", "00000005.manifest"]);
  });

  test("the inspector finds nothing in what a tree has left, and names what was planted", async () => {
    const disk = createCrashDisk();
    const tree = await openLsmTree({ disk, directory: "store", memtableThreshold: 20 });
    for (let round = 0; round < 4; round += 1) {
      for (let index = 0; index < 100 - round * 20; index += 1) {
        await tree.put(keyOf(index), `value of round ${round}`);
      }
      for (let index = round; index < 90; index += 7) await tree.delete(keyOf(index));
    }
    await tree.flush();
    await rest();
    await tree.close();
    expect(await inspectTables(disk, "store")).toEqual([]);

    const [table = ""] = (await disk.list("store")).filter((name) => name.endsWith(".table"));
    disk.rot(`store/${table}`, 100);
    await (await disk.open("store/00000999.table", { create: true })).close();
    const found = await inspectTables(disk, "store");
    expect(found).toContainEqual({ path: "store/00000999.table", what: "no manifest lists it" });
    expect(found.map(({ path }) => path)).toContain(`store/${table}`);
  });
});

async function hexOf(disk: CrashDisk, name: string): Promise<string> {
  const file = await disk.open(`store/${name}`);
  const bytes = await file.read(0, await file.size());
  await file.close();
  return Buffer.from(bytes).toString("hex");
}

function hex(...parts: string[]): string {
  return parts.join("").replaceAll(" ", "");
}

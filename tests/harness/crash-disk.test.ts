import { describe, expect, it } from "vitest";
import { type CrashDisk, createCrashDisk } from "#platform/testing/crash-disk.ts";
import { stillness } from "#platform/testing/gates.ts";
import { tryInterleavings } from "#platform/testing/interleave.ts";
import { outcomeOf } from "./life.ts";

const path = "store/log";
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** A disk with bytes 1, 2 synced and 3 not; the name is durable. */
async function halfSynced(): Promise<CrashDisk> {
  const disk = createCrashDisk();
  const file = await disk.open(path, { create: true });
  await disk.syncDirectory("store");
  await file.append(bytes(1, 2));
  await file.sync();
  await file.append(bytes(3));
  return disk;
}

async function contentOf(disk: CrashDisk): Promise<number[]> {
  return [...(await (await disk.open(path)).read(0, 100))];
}

describe("the end of a life", () => {
  it("a kill keeps what settled, and a power cut after it what was synced", async () => {
    const disk = await halfSynced();
    const killed = disk.kill();
    expect(await contentOf(killed)).toEqual([1, 2, 3]);
    expect(await contentOf(killed.powerCut())).toEqual([1, 2]);
  });

  it("the next life may make safe what it has found", async () => {
    const killed = (await halfSynced()).kill();
    await (await killed.open(path)).sync();
    expect(await contentOf(killed.powerCut())).toEqual([1, 2, 3]);
  });

  it("frees locks and leaves faults behind", async () => {
    const disk = createCrashDisk({ faults: { failCall: 1 } });
    await disk.lock("store");
    await expect(disk.list("store")).rejects.toMatchObject({ code: "STORAGE" });
    const next = disk.kill();
    await next.lock("store");
    expect(await next.list("store")).toEqual([]);
    next.faults = { failCall: 2 };
    await expect(next.list("store")).rejects.toMatchObject({ code: "STORAGE" });
  });

  it("nothing the dead life still does reaches any disk", async () => {
    const disk = await halfSynced();
    const file = await disk.open(path);
    const next = disk.kill();
    expect((await outcomeOf(file.append(bytes(9)))).how).toBe("hung");
    expect(await contentOf(next)).toEqual([1, 2, 3]);
  });

  it("two disks that came from one have nothing to do with each other", async () => {
    const disk = await halfSynced();
    const [one, other] = [disk.kill(), disk.kill()];
    await (await one.open(path)).append(bytes(4));
    await (await other.open(path)).append(bytes(5));
    expect(await contentOf(one)).toEqual([1, 2, 3, 4]);
    expect(await contentOf(other)).toEqual([1, 2, 3, 5]);
  });
});

describe("the power cuts of a moment", () => {
  it("begin with the one that lost nothing, and each disk comes once", async () => {
    const cuts = (await halfSynced()).powerCuts();
    expect(cuts[0]?.losses).toBe("nothing is lost");
    const contents = await Promise.all(
      cuts.map(async ({ disk }) => (await contentOf(disk)).join()),
    );
    expect(contents[0]).toBe("1,2,3");
    expect(contents).toContain("1,2");
    expect(new Set(contents).size).toBe(contents.length);
    expect(cuts.slice(1).map(({ losses }) => losses)).not.toContain("nothing is lost");
  });

  it("are one when nothing is unsynced, removed files and empty appends included", async () => {
    const disk = createCrashDisk();
    const gone = await disk.open("store/gone", { create: true });
    await gone.append(bytes(1, 2, 3));
    await disk.remove("store/gone");
    await disk.syncDirectory("store");
    expect(disk.powerCuts().map(({ losses }) => losses)).toEqual(["nothing is lost"]);
    expect(await disk.powerCut().list("store")).toEqual([]);
  });

  it("tear in the unit that was asked for", async () => {
    const lossesWith = async (sectorBytes: number): Promise<string[]> => {
      const disk = createCrashDisk({ sectorBytes });
      await (await disk.open(path, { create: true })).append(new Uint8Array(64));
      return disk.powerCuts().map(({ losses }) => losses);
    };
    expect(await lossesWith(16)).toContain("store/log keeps 0–15 of bytes 0–63");
    expect(await lossesWith(32)).not.toContain("store/log keeps 0–15 of bytes 0–63");
  });
});

describe("crashes during an action", () => {
  /** Appends and syncs; answers when the sync has settled. */
  const write = (disk: CrashDisk, value: number) => async () => {
    const file = await disk.open(path);
    await file.append(bytes(value));
    await file.sync();
  };

  it("show every moment, and say whether the action had been answered", async () => {
    const disk = await halfSynced();
    const cuts = await disk.powerCutsDuring(write(disk, 4));
    const contentsWhen = (answered: boolean) =>
      Promise.all(
        cuts.filter((cut) => cut.answered === answered).map((cut) => contentOf(cut.disk)),
      );
    expect(await contentsWhen(false)).toContainEqual([1, 2]);
    expect(await contentsWhen(false)).toContainEqual([1, 2, 3, 4]);
    expect(await contentsWhen(true)).toEqual([[1, 2, 3, 4]]);
  });

  it("leave life as it was: what comes next works, and all of it is there", async () => {
    const disk = await halfSynced();
    await disk.powerCutsDuring(write(disk, 4));
    await write(disk, 5)();
    expect(await contentOf(disk.powerCut())).toEqual([1, 2, 3, 4, 5]);
  });

  it("catch an answer that comes before its append", async () => {
    const disk = await halfSynced();
    const file = await disk.open(path);
    const hasty = async (): Promise<void> => void file.append(bytes(4));
    const kills = await disk.killsDuring(hasty);
    const answered = await Promise.all(
      kills.filter((kill) => kill.answered).map((kill) => contentOf(kill.disk)),
    );
    expect(answered).toContainEqual([1, 2, 3]);
    expect(answered).toContainEqual([1, 2, 3, 4]);
    expect(kills.map(({ losses }) => losses)).toContain("append store/log had its effect");
    expect(await contentOf(disk)).toEqual([1, 2, 3, 4]);
  });

  it("reject as the action does, and when it is never answered", async () => {
    const disk = await halfSynced();
    const failing = disk.powerCutsDuring(() => disk.open("store/absent"));
    await expect(failing).rejects.toMatchObject({ code: "NOT_FOUND" });
    const waiting = disk.powerCutsDuring(() => new Promise(() => undefined));
    await expect(waiting).rejects.toThrow("never answered");
  });

  it("may be one inside another's scenario", async () => {
    await tryInterleavings({ runs: 1 }, async (world) => {
      await (await world.disk.open(path, { create: true })).append(new Uint8Array(100));
      const after = world.disk.kill();
      const file = await after.open(path);
      await after.powerCutsDuring(async () => {
        for (let count = 0; count < 200; count++) await file.size();
      });
      expect(await file.size()).toBe(100);
    });
  });

  it("are not for a disk whose calls a schedule settles", async () => {
    const trying = tryInterleavings({ runs: 1 }, async (world) => {
      await world.disk.powerCutsDuring(async () => undefined);
    });
    await expect(trying).rejects.toThrow("a client cuts the power");
  });
});

describe("held syncs", () => {
  it("wait while everything else settles, and cover what had settled when they were called", async () => {
    const disk = await halfSynced();
    const file = await disk.open(path);
    const endSyncs = disk.holdSyncs();
    let isSynced = false;
    const sync = file.sync().then(() => (isSynced = true));
    await file.append(bytes(4));
    await stillness();
    expect(isSynced).toBe(false);
    endSyncs();
    await sync;
    expect([...(disk.synced().get(path) ?? [])]).toEqual([1, 2, 3]);
  });
});

describe("rot", () => {
  it("may take several bytes, as far as they are synced", async () => {
    const zeros = await halfSynced();
    zeros.rot(path, 0, { bytes: 64, into: "zeros" });
    expect(await contentOf(zeros)).toEqual([0, 0, 3]);
    const noisy = await halfSynced();
    noisy.rot(path, 1, { bytes: 2, into: "garbage" });
    const [first, second, third] = await contentOf(noisy);
    expect([first, third]).toEqual([1, 3]);
    expect(second).not.toBe(2);
  });

  it("changes one bit of a synced byte, now and after every crash", async () => {
    const disk = await halfSynced();
    disk.rot(path, 1);
    expect(await contentOf(disk)).toEqual([1, 2 ^ 16, 3]);
    expect(await contentOf(disk.powerCut())).toEqual([1, 2 ^ 16]);
    expect(await contentOf(disk.kill())).toEqual([1, 2 ^ 16, 3]);
  });

  it("wants a file and one of its synced bytes", async () => {
    const disk = await halfSynced();
    for (const position of [2, 3, -1, 0.5]) {
      expect(() => disk.rot(path, position)).toThrow(
        "Expected a position among the 2 synced bytes of store/log",
      );
    }
    expect(() => disk.rot("store", 0)).toThrow("Expected a file to rot, got store");
    expect(() => disk.rot("store/absent", 0)).toThrow("Expected a file to rot");
  });
});

describe("the picture of a disk", () => {
  it("of an empty one says so", () => {
    expect(createCrashDisk().draw()).toBe("(no files)");
  });

  it("marks what no sync covers, also where older bytes had been synced", async () => {
    const disk = await halfSynced();
    const file = await disk.open(path);
    await file.truncate(1);
    await file.append(bytes(7));
    expect(disk.draw().split("\n")[0]).toBe("store/log  2 bytes, 1 synced");
    await file.sync();
    expect(disk.draw().split("\n")[0]).toBe("store/log  2 bytes, 2 synced");
    expect(disk.draw().split("\n")[1]).toMatch(/^ {8}0 {2}01 07 +··$/);
  });

  it("says when a name is not synced, that of a renamed file too", async () => {
    const disk = await halfSynced();
    expect(disk.draw()).not.toContain("its name is not");
    await disk.rename(path, "store/other");
    expect(disk.draw()).toContain("store/other  3 bytes, 2 synced, its name is not");
  });
});

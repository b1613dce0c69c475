/** The examples of katas/platform/testing/README.md, word for word. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Disk } from "#platform/disk.ts";
import type { ObjectStore } from "#platform/object-store.ts";
import { createCrashDisk, type PowerCut } from "#platform/testing/crash-disk.ts";
import { createFlakyStore } from "#platform/testing/flaky-store.ts";
import { createFlakyWorkers } from "#platform/testing/flaky-workers.ts";
import { stillness } from "#platform/testing/gates.ts";
import { tryInterleavings, type World } from "#platform/testing/interleave.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const contentOf = async (disk: Disk, path: string) => {
  const file = await disk.open(path);
  return new TextDecoder().decode(await file.read(0, await file.size()));
};

describe("the README of what learners test with", () => {
  it("a kill keeps what settled, a power cut what was synced", async () => {
    const disk = createCrashDisk();
    const log = await disk.open("store/log", { create: true });
    await disk.syncDirectory("store");
    await log.append(bytes("one "));
    await log.sync();
    await log.append(bytes("two"));

    expect(await contentOf(disk.kill(), "store/log")).toBe("one two");
    expect(await contentOf(disk.powerCut(), "store/log")).toBe("one ");
  });

  it("every power cut says what it has lost", async () => {
    const disk = createCrashDisk({ sectorBytes: 16 });
    const log = await disk.open("store/log", { create: true });
    await log.append(bytes("a record of thirty-two bytes ...")); // nobody calls sync

    const losses = disk.powerCuts().map((cut) => cut.losses);
    expect(losses).toContain("nothing is lost");
    expect(losses).toContain("store loses the name log");
    expect(losses).toContain("store/log loses bytes 0–31");
    expect(losses).toContain("store/log keeps 0–15 of bytes 0–31");
    expect(losses).toContain("store/log has zeros at 0–15 of bytes 0–31");
    expect(losses).toContain("store/log has garbage at bytes 0–31");
  });

  it("a power cut may come in the middle of a call", async () => {
    const disk = createCrashDisk();
    const log = await disk.open("store/log", { create: true });
    await disk.syncDirectory("store");
    const put = async () => {
      await log.append(bytes("x"));
      await log.sync();
    };
    for (const { disk: after, losses, answered } of await disk.powerCutsDuring(put)) {
      if (answered) expect(await contentOf(after, "store/log"), losses).toBe("x");
    }
    expect(await contentOf(disk, "store/log")).toBe("x");
  });

  it("no later sync saves what a failed one has given up", async () => {
    const disk = createCrashDisk({ faults: { failSync: 0 } });
    const log = await disk.open("store/log", { create: true });
    await disk.syncDirectory("store");
    await log.append(bytes("lost"));
    await expect(log.sync()).rejects.toMatchObject({ code: "STORAGE" });
    await log.sync(); // resolves, and saves nothing

    expect(await contentOf(disk.powerCut(), "store/log")).toBe("");
  });

  it("a rotten byte is read, and drawn", async () => {
    const disk = createCrashDisk();
    const log = await disk.open("store/log", { create: true });
    await log.append(bytes("good"));
    await log.sync();
    disk.rot("store/log", 1);
    await log.append(bytes("!"));

    expect(disk.draw()).toBe(
      [
        "store/log  5 bytes, 4 synced, its name is not",
        " ~      0  67 7f 6f 64 21                                   g·od!",
      ].join("\n"),
    );
  });

  it("a lost answer does not say whether there was an effect", async () => {
    const store = createFlakyStore();
    store.faults = ({ method }, number) =>
      method === "putIfAbsent" && number === 0 ? "timed out after" : undefined;
    await expect(store.putIfAbsent("log/1", bytes("mine"))).rejects.toMatchObject({
      code: "TIMED_OUT",
    });
    await expect(store.another().putIfAbsent("log/1", bytes("theirs"))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    expect(await store.list("log/")).toEqual(["log/1"]);
  });

  it("a kill in the middle leaves calls under way done or not", async () => {
    const store = createFlakyStore();
    const kills = await store.killsDuring(() => store.putIfAbsent("log/1", bytes("x")));
    expect(kills.map(({ what, answered }) => [what, answered])).toEqual([
      ["putIfAbsent log/1 under way", false],
      ["putIfAbsent log/1 under way; putIfAbsent log/1 is done", false],
      ["nothing is under way", true],
    ]);
  });

  it("a worker dies, and another does not", async () => {
    const workers = createFlakyWorkers({ handlers: { double: (input) => Number(input) * 2 } });
    workers.faults = ({ at, worker }) => (at === "task" && worker === 1 ? "dies" : undefined);
    const events: string[] = [];
    for (let number = 1; number <= 2; number++) {
      const worker = workers.start();
      worker.onMessage((outcomes) => events.push(`worker ${number}: ${JSON.stringify(outcomes)}`));
      worker.onExit(() => events.push(`worker ${number} is gone`));
      worker.post([{ kind: "double", input: 21 }]);
    }
    await stillness();
    expect(events.sort()).toEqual(["worker 1 is gone", 'worker 2: [{"ok":true,"value":42}]']);
    expect(workers.alive).toBe(1);
  });

  it("a manual clock wakes sleepers in order", async () => {
    const clock = new ManualClock();
    const ticks: number[] = [];
    const tick = async (): Promise<never> => {
      for (;;) {
        await clock.sleep(10);
        ticks.push(clock.now());
      }
    };
    void tick();
    await clock.advance(35);

    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it("a race is found", async () => {
    const addOnce = async (disk: Disk) => {
      const log = await disk.open("store/log", { create: true });
      if ((await log.size()) === 0) await log.append(bytes("x"));
    };
    const scenario = async (world: World) => {
      await world.together(
        () => addOnce(world.disk),
        () => addOnce(world.disk),
      );
      expect(await contentOf(world.disk, "store/log")).toBe("x");
    };
    const trying = tryInterleavings({ runs: 200 }, scenario);
    await expect(trying).rejects.toThrow("expected 'xx' to be 'x'");
  });

  it("a race of two processes is found", async () => {
    const takeNumber = async (store: ObjectStore) => {
      const taken = await store.list("numbers/");
      await store.putIfAbsent(`numbers/${taken.length + 1}`, bytes(""));
    };
    const trying = tryInterleavings({}, async (world) => {
      const other = world.store.another();
      await world.together(
        () => takeNumber(world.store),
        () => takeNumber(other),
      );
    });
    await expect(trying).rejects.toThrow("There is an object numbers/1 already");
  });

  it("a crash may come at any moment of the others", async () => {
    await tryInterleavings({ runs: 50 }, async (world) => {
      const log = await world.disk.open("store/log", { create: true });
      await world.disk.syncDirectory("store");
      let answers = 0;
      let cuts: PowerCut[] = [];
      await world.together(
        async () => {
          await log.append(bytes("x"));
          await log.sync();
          answers++;
        },
        async () => {
          cuts = world.disk.powerCuts();
        },
      );
      for (const { disk: after, losses } of cuts) {
        if (answers > 0) expect(await contentOf(after, "store/log"), losses).toBe("x");
      }
    });
  });

  it("has no example that is not tested here", () => {
    const here = readFileSync("tests/harness/testing-readme.test.ts", "utf8");
    const readme = readFileSync("katas/platform/testing/README.md", "utf8");
    const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example = ""]) =>
      withoutIndent(example),
    );
    expect(examples.length).toBeGreaterThan(7);
    for (const example of examples) expect(withoutIndent(here)).toContain(example);
  });

  it("shows the failure as it is printed", async () => {
    const readme = readFileSync("katas/platform/testing/README.md", "utf8");
    const addOnce = async (disk: Disk): Promise<void> => {
      const log = await disk.open("store/log", { create: true });
      if ((await log.size()) === 0) await log.append(bytes("x"));
    };
    const failing = tryInterleavings({ runs: 200 }, async (world) => {
      await world.together(
        () => addOnce(world.disk),
        () => addOnce(world.disk),
      );
      expect(await contentOf(world.disk, "store/log")).toBe("x");
    });
    const failure: unknown = await failing.catch((error: unknown) => error);
    expect(readme).toContain(failure instanceof Error ? failure.message : "no failure");
  });
});

function withoutIndent(code: string): string {
  return code.replaceAll(/\s+/g, " ").trim();
}

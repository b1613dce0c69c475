import { describe, expect, it } from "vitest";
import type { Disk } from "#platform/disk.ts";
import type { CrashDisk } from "#platform/testing/crash-disk.ts";
import { InterleavingFailure, tryInterleavings, type World } from "#platform/testing/interleave.ts";

const path = "store/log";
const forever = new Promise<never>(() => undefined);

async function append(disk: Disk, value: number): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.append(Uint8Array.of(value));
}

async function contentOf(disk: Disk): Promise<number[]> {
  const file = await disk.open(path, { create: true });
  return [...(await file.read(0, 100))];
}

/** Two clients whose lost update only shows in some orders. */
async function lostUpdate({ disk, together }: Bound): Promise<void> {
  let sum = 0;
  const addOne = async (): Promise<void> => {
    const before = sum;
    await disk.list("store");
    sum = before + 1;
  };
  const addTwoCarefully = async (): Promise<void> => {
    await disk.list("store");
    sum += 2;
  };
  await together(addOne, addTwoCarefully);
  expect(sum).toBe(3);
}

interface Bound {
  disk: CrashDisk;
  together: World["together"];
}

const bound = (scenario: (world: Bound) => Promise<void>) => (world: World) =>
  scenario({ disk: world.disk, together: (...clients) => world.together(...clients) });

async function failureOf(trying: Promise<void>): Promise<InterleavingFailure> {
  const error: unknown = await trying.catch((reason: unknown) => reason);
  if (!(error instanceof InterleavingFailure))
    throw new Error(`Expected a failure, got ${String(error)}.`);
  return error;
}

describe("what a scenario may do", () => {
  it("runs once for each schedule, on an empty disk each time", async () => {
    const seen: number[][] = [];
    await tryInterleavings({ runs: 20 }, async ({ disk }) => {
      await append(disk, 1);
      seen.push(await contentOf(disk));
    });
    expect(seen).toEqual(Array.from({ length: 20 }, () => [1]));
  });

  it("sees its clients in every order", async () => {
    const orders = new Set<string>();
    await tryInterleavings({ runs: 60 }, async (world) => {
      await world.together(...[1, 2, 3].map((value) => () => append(world.disk, value)));
      orders.add((await contentOf(world.disk)).join());
    });
    expect(orders).toEqual(new Set(["1,2,3", "1,3,2", "2,1,3", "2,3,1", "3,1,2", "3,2,1"]));
  });

  it("may give the disk faults, another directory and other tears", async () => {
    await tryInterleavings(
      { runs: 3, disk: { directory: "elsewhere", faults: { failCall: 0 } } },
      async ({ disk }) => {
        await expect(disk.list("elsewhere")).rejects.toMatchObject({ code: "STORAGE" });
        expect(await disk.list("elsewhere")).toEqual([]);
      },
    );
  });

  it("may let clients yield with setImmediate", async () => {
    await tryInterleavings({ runs: 3 }, async (world) => {
      let turns = 0;
      await world.together(async () => {
        for (; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
        await append(world.disk, 1);
      });
      expect(turns).toBe(200);
    });
  });

  it("hears of a client that rejects when all clients are done", async () => {
    let others = 0;
    const trying = tryInterleavings({ runs: 10 }, async (world) => {
      await world.together(
        () => Promise.reject(new Error("client one is unhappy")),
        async () => {
          await append(world.disk, 1);
          others++;
        },
      );
    });
    await expect(trying).rejects.toThrow("the scenario fails: client one is unhappy");
    expect(others).toBeGreaterThan(0);
  });

  it("wants at least one run", async () => {
    await expect(tryInterleavings({ runs: 0 }, async () => undefined)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});

describe("a failure", () => {
  it("is found, cut down, and shown again by its schedule, the same way each time", async () => {
    const first = await failureOf(tryInterleavings({ runs: 200 }, bound(lostUpdate)));
    expect(first.message).toContain("expected 1 to be 3");
    expect(first.message).toContain(
      `tryInterleavings({ schedule: [${first.schedule.join(", ")}] }, …)`,
    );
    expect(first.schedule.filter((choice) => choice !== 0).length).toBeLessThan(4);
    const again = await failureOf(
      tryInterleavings({ schedule: first.schedule }, bound(lostUpdate)),
    );
    expect(again.message.replace("In this schedule", "")).toBe(
      first.message.replace(/In schedule \d+ of 200/, ""),
    );
    const same = await failureOf(tryInterleavings({ runs: 200 }, bound(lostUpdate)));
    expect(same.message).toBe(first.message);
  });

  it("has the error that was thrown as its cause", async () => {
    const error = new Error("as thrown");
    const failure = await failureOf(tryInterleavings({}, () => Promise.reject(error)));
    expect(failure.cause).toBe(error);
  });

  it("does not show in a schedule that avoids it", async () => {
    await expect(
      tryInterleavings({ schedule: [0, 1] }, bound(lostUpdate)),
    ).resolves.toBeUndefined();
    await expect(
      tryInterleavings({ schedule: [9, 9, 9, 9] }, bound(lostUpdate)),
    ).resolves.toBeUndefined();
  });

  it("tells what happened in order, failing calls included", async () => {
    const trying = tryInterleavings({ disk: { faults: { failSync: 0 } } }, async ({ disk }) => {
      const file = await disk.open(path, { create: true });
      await file.append(Uint8Array.of(1, 2));
      await file.sync().catch(() => undefined);
      throw new Error("enough");
    });
    const { message } = await failureOf(trying);
    expect(
      message
        .split("\n")
        .slice(2, 5)
        .map((line) => line.trim()),
    ).toEqual(["1  open store/log", "2  append 2 bytes to store/log", "3  sync store/log fails"]);
  });
});

describe("a scenario that never ends", () => {
  it("is a failure, with its schedule", async () => {
    const failure = await failureOf(
      tryInterleavings({}, async (world) => {
        await world.together(
          () => append(world.disk, 1),
          () => forever,
        );
      }),
    );
    expect(failure.message).toMatch(/^In schedule 1 of 100 the scenario never ends/);
    expect(failure.message).toContain("client 2 begins");
  });

  it("may hang in some orders only, and the schedule is such an order", async () => {
    const scenario = async (world: World): Promise<void> => {
      let wake: (() => void) | null = null;
      await world.together(
        async () => {
          await world.disk.list("store");
          await new Promise<void>((resolve) => (wake = resolve));
        },
        async () => {
          await world.disk.list("store");
          await world.disk.list("store");
          wake?.();
        },
      );
    };
    const { schedule, message } = await failureOf(tryInterleavings({ runs: 200 }, scenario));
    expect(message).toContain("the scenario never ends");
    expect(schedule.some((choice) => choice !== 0)).toBe(true);
    await expect(tryInterleavings({ schedule }, scenario)).rejects.toThrow(
      "the scenario never ends",
    );
    await expect(tryInterleavings({ schedule: [] }, scenario)).resolves.toBeUndefined();
  });
});

describe("a crash among the clients", () => {
  it("comes at every moment, and lets together end without those who wait for the dead disk", async () => {
    const lengths = new Set<number>();
    let unanswered = 0;
    await tryInterleavings({ runs: 80 }, async (world) => {
      let answered = 0;
      const next: CrashDisk[] = [];
      await world.together(
        async () => {
          for (const value of [1, 2, 3]) {
            await append(world.disk, value);
            answered++;
          }
        },
        async () => {
          next.push(world.disk.kill());
        },
      );
      const left = await contentOf(next[0] ?? world.disk);
      lengths.add(left.length);
      if (answered < 3) unanswered++;
      expect(left.length).toBeGreaterThanOrEqual(answered);
    });
    expect(lengths).toEqual(new Set([0, 1, 2, 3]));
    expect(unanswered).toBeGreaterThan(10);
  });

  it("lets the client that crashed the disk go on with the next one", async () => {
    await tryInterleavings({ runs: 30 }, async (world) => {
      let names: string[] | null = null;
      await world.together(
        () => append(world.disk, 1),
        async () => {
          names = await world.disk.powerCut().list("store");
        },
      );
      expect(names).toEqual([]);
    });
  });

  it("does not excuse a client that hangs afterwards", async () => {
    const trying = tryInterleavings({ runs: 3 }, async (world) => {
      await world.together(async () => {
        world.disk.kill();
      });
      await world.together(() => forever);
    });
    await expect(trying).rejects.toThrow("the scenario never ends");
  });

  it("does not let a call to the dead disk be answered", async () => {
    await expect(
      tryInterleavings({ runs: 3 }, async ({ disk }) => {
        disk.kill();
        await disk.list("store");
      }),
    ).rejects.toThrow("the scenario never ends");
  });
});

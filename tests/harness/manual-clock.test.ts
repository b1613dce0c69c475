import { expect, it } from "vitest";
import { ManualClock } from "#platform/testing/manual-clock.ts";

it("a clock that nobody moves stands still", async () => {
  const clock = new ManualClock();
  let isAwake = false;
  void clock.sleep(1).then(() => (isAwake = true));
  await clock.advance(0);
  expect([clock.now(), isAwake]).toEqual([0, false]);
});

it("sleepers wake in the order of their times, those of one moment in the order of their calls", async () => {
  const clock = new ManualClock();
  const woken: string[] = [];
  const sleep = async (name: string, milliseconds: number): Promise<void> => {
    await clock.sleep(milliseconds);
    woken.push(`${name} at ${clock.now()}`);
  };
  for (const [name, milliseconds] of [
    ["c", 30],
    ["a", 10],
    ["b1", 20],
    ["b2", 20],
    ["late", 31],
  ] as const)
    void sleep(name, milliseconds);
  await clock.advance(30);
  expect(woken).toEqual(["a at 10", "b1 at 20", "b2 at 20", "c at 30"]);
  expect(clock.now()).toBe(30);
});

it("whoever sleeps again and again wakes each time, however much it does between", async () => {
  const clock = new ManualClock();
  const woken: number[] = [];
  const busy = async (): Promise<never> => {
    for (;;) {
      await clock.sleep(10);
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      woken.push(clock.now());
    }
  };
  void busy();
  await clock.advance(50);
  expect(woken).toEqual([10, 20, 30, 40, 50]);
});

it("code that comes to its sleep only after some awaits is woken nevertheless", async () => {
  const clock = new ManualClock();
  let isAwake = false;
  const slow = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    await clock.sleep(5);
    isAwake = true;
  };
  void slow();
  await clock.advance(5);
  expect(isAwake).toBe(true);
});

it("time that is no time is refused", async () => {
  const clock = new ManualClock();
  for (const wrong of [-1, Number.NaN, Infinity]) {
    await expect(clock.advance(wrong)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  }
  await expect(clock.sleep(Number.NaN)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(clock.now()).toBe(0);
});

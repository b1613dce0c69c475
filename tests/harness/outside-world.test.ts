import { expect, describe, it } from "vitest";
import { watchOutsideWorld } from "./outside-world.ts";
import { loadSubject } from "./subject-loader.ts";

const fixture = "tests/harness/fixtures/leaves-the-world.ts";
const { exports } = await loadSubject(fixture);
const leaving = exports["leaving"] as Record<string, () => unknown>;
const free = exports["free"] as Record<string, () => unknown>;

async function seenWhile(call: () => unknown) {
  const watch = watchOutsideWorld();
  await call();
  return watch.end();
}

describe("leaves the simulated world and is noticed, with the line of the subject", () => {
  it.each(Object.keys(leaving))("%s", async (name) => {
    const seen = await seenWhile(leaving[name] ?? expect.unreachable);
    expect(seen?.callSite).toMatch(/^tests\/harness\/fixtures\/leaves-the-world\.ts:\d+:\d+$/);
    expect(seen?.what).toMatch(/^The code uses .+, which the simulated world does not have$/);
  });
});

describe("belongs to the world", () => {
  it.each(Object.keys(free))("%s", async (name) => {
    expect(await seenWhile(free[name] ?? expect.unreachable)).toBeUndefined();
  });
});

it("what the message names is what the subject called", async () => {
  expect((await seenWhile(leaving["setTimeout"] ?? expect.unreachable))?.what).toContain(
    "a timer (setTimeout)",
  );
  expect((await seenWhile(leaving["zlib with a callback"] ?? expect.unreachable))?.what).toContain(
    "(zlib.deflate)",
  );
});

it("calls from code that is no subject are nobody's business", async () => {
  expect(await seenWhile(() => clearTimeout(setTimeout(() => undefined, 1000)))).toBeUndefined();
});

it("after the watch has ended nothing is noticed, and the next watch begins anew", async () => {
  const watch = watchOutsideWorld();
  watch.end();
  await (leaving["setTimeout"] ?? expect.unreachable)();
  expect(watch.end()).toBeUndefined();
  expect(await seenWhile(() => undefined)).toBeUndefined();
});

it("what is replaced does what it always did", async () => {
  expect(setTimeout.name).toBe("setTimeout");
  await expect(
    seenWhile(leaving["setTimeout of node:timers/promises"] ?? expect.unreachable),
  ).resolves.toBeDefined();
});

/** The bench: ratios of neighbours, what is shown of them, and how the command refuses what it cannot do. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadPeers, versionOf } from "../../scripts/lib/bench/peers.ts";
import { type Course, type Lane, runCourse } from "../../scripts/lib/bench/race.ts";
import { courseTable } from "../../scripts/lib/bench/table.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A lane that turns a wheel so many times for each operation. */
function laneOf(name: string, kind: Lane["kind"], turns: number): Lane {
  return {
    name,
    kind,
    run(count) {
      let state = count;
      for (let turn = 0; turn < count * turns; turn++) state = Math.imul(state ^ turn, 0x01000193);
      return state;
    },
  };
}

const course: Course = {
  title: "Turn a wheel",
  goals: [{ against: "wagon", atLeast: 1.5 }],
  lanes: () => [
    laneOf("the limit", "limit", 100),
    laneOf("reference", "subject", 200),
    laneOf("wagon", "peer", 800),
  ],
};

describe("a course", () => {
  test("compares slices of the same round, and says which goal is reached", async () => {
    const result = await runCourse(course, { rounds: 3, sliceMs: 5, seed: 1 });
    expect(result.rounds).toBe(3);
    expect(result.lanes.map(({ name }) => name)).toEqual(["the limit", "reference", "wagon"]);
    expect(result.lanes[0]?.ofLimit).toEqual({ min: 1, median: 1, max: 1 });
    const comparison = result.comparisons.find(({ against }) => against === "wagon");
    expect(comparison).toMatchObject({ subject: "reference", goal: 1.5 });
    const { min, median, max } = comparison?.times ?? { min: 0, median: 0, max: 0 };
    expect(min).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(min);
    expect(max).toBeGreaterThanOrEqual(median);
  });

  test("that says which rounds are sound runs the others again, and leaves out what never was", async () => {
    let judged = 0;
    const everySecond = { ...course, isSound: () => judged++ % 2 === 1 };
    const some = await runCourse(everySecond, { rounds: 2, sliceMs: 1, seed: 1 });
    expect(some).toMatchObject({ rounds: 2, disturbed: 2 * 3, leftOut: 0 });
    const none = await runCourse(
      { ...course, isSound: (round) => (round.get("wagon") ?? 0) < 0 },
      { rounds: 2, sliceMs: 1, seed: 1 },
    );
    expect(none).toMatchObject({ rounds: 0, leftOut: 2 });
    expect(none.lanes[0]?.perSecond.median).toBeNaN();
  });

  test("waits for lanes that are asynchronous, and for what sets them up", async () => {
    const wheel = laneOf("reference", "subject", 100);
    const later = { ...wheel, run: async (count: number) => wheel.run(count) };
    const result = await runCourse(
      { title: "Turn a wheel", goals: [], sliceMs: 2, lanes: async () => [later] },
      { rounds: 1, sliceMs: 1000, seed: 1 },
    );
    expect(result.lanes[0]?.perSecond.median).toBeGreaterThan(0);
  });

  test("counts the syncs of each lane by itself, and judges a lane by the process that does its work", async () => {
    let [synced, processorMs] = [0, 0];
    const result = await runCourse(
      {
        title: "Wait",
        goals: [],
        lanes: () => [
          {
            name: "elsewhere",
            kind: "peer",
            run: async (count) => {
              await new Promise((resolve) => setTimeout(resolve, 2 * count));
              synced += 2 * count;
              processorMs += 1000 * count;
              return count;
            },
            barriers: () => synced,
            processorMs: () => processorMs,
          },
          laneOf("reference", "subject", 100),
        ],
      },
      { rounds: 2, sliceMs: 4, seed: 1 },
    );
    expect(result.lanes[0]?.barriersEach).toBe(2);
    expect(result.lanes[1]?.barriersEach).toBeNull();
    expect(result.leftOut).toBe(0);
  });

  test("is a table of at most 80 columns", () => {
    const spread = (median: number) => ({ min: median * 0.9, median, max: median * 1.1 });
    const text = courseTable(
      {
        title: "Turn a wheel",
        rounds: 3,
        disturbed: 2,
        leftOut: 1,
        unmeasured: [{ against: "barrow", atLeast: 4 }],
        lanes: [
          {
            name: "the limit",
            kind: "limit",
            perSecond: spread(2.5e6),
            ofLimit: spread(1),
            barriersEach: null,
          },
          {
            name: "reference",
            kind: "subject",
            perSecond: spread(1.2e3),
            ofLimit: spread(0.42),
            barriersEach: 0.126,
          },
          { name: "wagon", kind: "peer", perSecond: spread(7), ofLimit: null, barriersEach: 2 },
        ],
        comparisons: [
          { subject: "reference", against: "wagon", times: spread(171), goal: 150 },
          { subject: "reference", against: "the limit", times: spread(0.42), goal: 0.8 },
          { subject: "reference", against: "cart", times: spread(Number.NaN), goal: 2 },
          { subject: "reference", against: "sledge", times: spread(3), goal: null },
        ],
      },
      coloursFor({ isTTY: false }),
    );
    expect(text.split("\n")).toEqual([
      "Turn a wheel",
      "  the limit     2.5 M/s  1.00 (0.90–1.10) of the limit",
      "  reference     1.2 k/s  0.42 (0.38–0.46) of the limit",
      "  wagon           7.0/s",
      "  Syncs each: reference 0.13, wagon 2.00.",
      "  ✓ reference 171 (154–188) × wagon; the goal is 150 ×",
      "  ✗ reference 0.42 (0.38–0.46) × the limit; the goal is 0.8 ×",
      "  – reference not measured against cart; the goal is 2 ×",
      "  – not measured against barrow; the goal is 4 ×",
      "  2 disturbed slices were run again.",
      "  1 of 4 rounds never were sound and are left out.",
    ]);
  });
});

/** A folder in which packages with these main files are installed. */
function folderWith(packages: Readonly<Record<string, string>>): string {
  const place = mkdtempSync(path.join(folder, "installed-"));
  const lock: Record<string, { version: string }> = {};
  writeFileSync(path.join(place, "package.json"), '{ "private": true }');
  for (const [name, code] of Object.entries(packages)) {
    const home = path.join(place, "node_modules", name);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, "package.json"), JSON.stringify({ name, main: "main.cjs" }));
    writeFileSync(path.join(home, "main.cjs"), code);
    lock[`node_modules/${name}`] = { version: "1.2.3" };
  }
  writeFileSync(path.join(place, "package-lock.json"), JSON.stringify({ packages: lock }));
  return place;
}

test("packages that are installed are loaded, and one that throws is missing", async () => {
  const place = folderWith({
    right: "module.exports = 7;",
    wrong: "throw new Error('built for another system\\nat a place');",
    odd: "throw 'no error at all';",
  });
  const peers = await loadPeers(place, ["right", "wrong", "odd"]);
  expect(Object.fromEntries(peers)).toEqual({
    right: { exports: 7 },
    wrong: { missing: "built for another system" },
    odd: { missing: "no error at all" },
  });
  expect(versionOf(place, "right")).toBe("1.2.3");
  expect(versionOf(place, "another")).toBe("?");
});

test("a package with native code is made ready once, and one that cannot be says what it lacks", async () => {
  const place = folderWith({
    right: "module.exports = require('./built.cjs');",
    wrong: "console.error('gyp ERR! stack Error: not found: make'); process.exitCode = 1;",
  });
  const scripts = {
    right: "echo 'module.exports = 7;' > built.cjs; echo again >> built.log",
    wrong: "node main.cjs",
  };
  const lock: Record<string, object> = { "": {} };
  for (const [name, install] of Object.entries(scripts)) {
    const manifest = { name, version: "1.2.3", main: "main.cjs", scripts: { install } };
    const home = path.join(place, "node_modules", name);
    writeFileSync(path.join(home, "package.json"), JSON.stringify(manifest));
    lock[`node_modules/${name}`] = { version: "1.2.3", hasInstallScript: true };
  }
  const dependencies = { right: "1.2.3", wrong: "1.2.3" };
  writeFileSync(path.join(place, "package.json"), JSON.stringify({ private: true, dependencies }));
  const locked = { lockfileVersion: 3, packages: lock };
  writeFileSync(path.join(place, "package-lock.json"), JSON.stringify(locked));
  const peers = await loadPeers(place, ["right", "wrong"]);
  expect(Object.fromEntries(peers)).toEqual({
    right: { exports: 7 },
    wrong: { missing: "npm rebuild failed: not found: make" },
  });
  await loadPeers(place, ["right"]);
  expect(readFileSync(path.join(place, "node_modules/right/built.log"), "utf8")).toBe("again\n");
  // On a busy machine npm alone takes seconds to begin.
}, 60_000);

test("a package of ES modules only is loaded as well", async () => {
  const place = folderWith({ modern: "" });
  const home = path.join(place, "node_modules", "modern");
  const manifest = { name: "modern", type: "module", exports: { default: "./main.js" } };
  writeFileSync(path.join(home, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(home, "main.js"), "export const answer = 42;");
  const peers = await loadPeers(place, ["modern"]);
  expect(peers.get("modern")).toMatchObject({ exports: { answer: 42 } });
});

test("a package that cannot be installed is missing, and says why", async () => {
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }');
  const peers = await loadPeers(folder, ["no-such-peer"]);
  expect(peers.get("no-such-peer")).toEqual({ missing: expect.stringMatching(/./) as string });
  // On a busy machine npm alone takes seconds to begin.
}, 30_000);

describe("the command", () => {
  const bench = (...typed: string[]) =>
    spawnSync(process.execPath, ["scripts/launch.mjs", "bench", ...typed], {
      cwd: root,
      encoding: "utf8",
    });

  test.for([
    [[], "Expected a kata, one of "],
    [["hash-rink"], 'Did you mean "hash-ring"?'],
    [["hash-ring", "no-such-file.ts"], "There is no file no-such-file.ts."],
    [["hash-ring", "--keys", "5"], "it has no use for --keys"],
    [["hash-ring", "--compare", "package.json"], "printed with --json"],
    [["hash-ring", "--markdown", "LICENSE"], "a line <!-- bench of hash-ring -->"],
  ] as const)("%j exits 2 and says what was expected", ([typed, expected]) => {
    const { status, stdout, stderr } = bench(...typed);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(expected);
  });
});

/** What a bench says beside ratios: latency, growth, the page, the table of Markdown, and what it keeps. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { BenchReport } from "../../scripts/lib/bench/bench-report.ts";
import { comparedLines } from "../../scripts/lib/bench/compare.ts";
import { runGrowth } from "../../scripts/lib/bench/growth.ts";
import { runLoad } from "../../scripts/lib/bench/load.ts";
import { benchMarkdown } from "../../scripts/lib/bench/markdown-table.ts";
import { benchPage } from "../../scripts/lib/bench/page.ts";
import { type Course, type Lane, runCourse } from "../../scripts/lib/bench/race.ts";
import { type Listener, runBench } from "../../scripts/lib/bench/run-bench.ts";
import { growthTable, loadTable, sparkline } from "../../scripts/lib/bench/table.ts";
import { virtualDisk } from "../../scripts/lib/bench/virtual-disk.ts";
import { betweenMarkers } from "../../scripts/lib/grade/between-markers.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const effort = { rounds: 1, sliceMs: 1, seed: 1 };
const plain = coloursFor({ isTTY: false });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function counting(name: string, kind: Lane["kind"]): Lane {
  return {
    name,
    kind,
    run(count) {
      let sum = 0;
      for (let done = 0; done < count; done++) sum = (sum + Math.imul(done, 7919)) | 0;
      return sum;
    },
  };
}

describe("a load", () => {
  test("tells the calls beside the large thing from the rest, and counts those that waited", async () => {
    let isBusy: Promise<unknown> = Promise.resolve();
    const result = await runLoad({
      title: "A call each millisecond",
      everyMs: 1,
      calls: 60,
      meanwhile: "a nap",
      lanes: () => [
        {
          name: "reference",
          kind: "subject",
          call: () => isBusy,
          meanwhile: () => (isBusy = pause(300)),
        },
      ],
    });
    const [lane] = result.lanes;
    expect(lane?.calls).toBe(60);
    // Begun at call 20: it and all after it wait.
    expect(lane?.meanwhile?.calls).toBeGreaterThanOrEqual(40);
    expect(lane?.meanwhile?.latencyMs.max).toBeGreaterThanOrEqual(200);
    expect(lane?.latencyMs.p50).toBeLessThanOrEqual(lane?.latencyMs.p99 ?? 0);
    expect(lane?.barriersPerCall).toBeNull();
  });

  test("counts the barriers of files and directories", async () => {
    const { disk, barriers } = virtualDisk("store");
    const result = await runLoad({
      title: "Appends",
      everyMs: 0,
      calls: 4,
      meanwhile: "nothing",
      lanes: () => [
        {
          name: "reference",
          kind: "subject",
          barriers,
          call: async (index) => {
            const file = await disk.open(`store/${index}`, { create: true });
            await file.sync();
            await disk.syncDirectory("store");
            await file.close();
          },
        },
      ],
    });
    expect(result.lanes[0]).toMatchObject({ barriersPerCall: 2, meanwhile: null });
    // One after the other: the last of eight ends after 8 ms at the earliest.
    expect(result.lanes[0]?.latencyMs.max).toBeGreaterThanOrEqual(7);
  });

  test("is told in lines of at most 80 columns", () => {
    const latencyMs = { p50: 1.04, p99: 12.5, max: 1234 };
    const lane = { name: "reference", kind: "subject", calls: 900, latencyMs } as const;
    const meanwhile = { ms: 45.8, calls: 26, waited: 3, latencyMs };
    const lanes = [{ ...lane, barriersPerCall: 1.25, meanwhile }];
    const text = loadTable({ title: "Puts", meanwhile: "a compaction", lanes }, plain);
    expect(text.split("\n")).toEqual([
      "Puts",
      "  reference  p50 1.04 ms, p99 12.5 ms, max 1.23 s, 1.25 barriers a call",
      "             a compaction took 45.8 ms: 3 of 26 calls waited,",
      "             p50 1.04 ms, p99 12.5 ms, max 1.23 s",
    ]);
  });
});

describe("a growth", () => {
  test("asks for each size, lets go of it, and leaves a gap where a lane has no part", async () => {
    const events: string[] = [];
    const result = await runGrowth(
      {
        title: "Count",
        axis: "keys",
        sizes: [1, 10, 100],
        lanes: (size, atEnd) => {
          events.push(`begin ${size}`);
          atEnd(() => events.push(`end ${size}`));
          const ours = counting("reference", "subject");
          return size === 10 ? [ours] : [ours, counting("wagon", "peer")];
        },
      },
      effort,
    );
    const each = [1, 10, 100].flatMap((size) => [`begin ${size}`, `end ${size}`]);
    expect(events).toEqual(each);
    const gaps = result.lanes.map(({ name, microseconds }) => [name, microseconds.map(isNaN)]);
    expect(gaps).toEqual([
      ["reference", [false, false, false]],
      ["wagon", [false, true, false]],
    ]);
  });

  test("is drawn by the logarithm", () => {
    expect(sparkline([1, 10, 100, Number.NaN], { min: 1, max: 100 })).toBe("▁▅█ ");
    expect(sparkline([5, 5], { min: 5, max: 5 })).toBe("▁▁");
    const lanes = [{ name: "reference", kind: "subject" as const, microseconds: [0.5, 5000] }];
    const text = growthTable({ title: "Count", axis: "keys", sizes: [1, 1e6], lanes }, plain);
    expect(text.split("\n").slice(1)).toEqual([
      "  keys: 1, 1 M",
      "  reference  ▁█  500 ns → 5.00 ms",
    ]);
  });
});

test("a subject that cannot do it leaves the reference's figures alone", async () => {
  const subjects = ["reference", "attempt"].map((name) => ({ name, exports: {} }));
  const failed: string[] = [];
  const listener: Listener = {
    course: () => undefined,
    load: () => undefined,
    growth: () => undefined,
    failed: ({ title, why }) => failed.push(`${title}: ${why}`),
  };
  const broken = (name: string): Lane => ({
    ...counting(name, "subject"),
    run: () => Promise.reject(new Error("Not implemented yet.")),
  });
  const measured = await runBench(
    {
      peers: [],
      notes: [],
      courses: (contest): Course[] => [
        {
          title: "Count",
          goals: [],
          lanes: () =>
            contest.subjects.map(({ name }) =>
              name === "attempt" ? broken(name) : counting(name, "subject"),
            ),
        },
      ],
    },
    { subjects, peers: new Map(), keyCount: 0 },
    { effort, growth: true },
    listener,
  );
  expect(failed).toEqual(["Count: Not implemented yet."]);
  expect(measured.failures).toHaveLength(1);
  expect(measured.courses[0]?.lanes.map(({ name }) => name)).toEqual(["reference"]);
});

// ── What is written ───────────────────────────────────────────────────────────────────────────

const hostile = `<script>alert("x")</script>`;

async function reportOf(): Promise<BenchReport> {
  const lanes = [
    counting("the limit", "limit"),
    counting("reference", "subject"),
    counting(hostile, "peer"),
  ];
  const goals = [
    { against: "the limit", atLeast: 1e9 },
    { against: hostile, atLeast: 1e-9 },
    { against: "wagon", atLeast: 3 },
  ];
  const latencyMs = { p50: 1, p99: 2, max: 30 };
  const load = { name: "reference", kind: "subject", calls: 9, latencyMs } as const;
  return {
    schemaVersion: 1,
    kata: "wheel",
    subjectHash: null,
    measuredAt: "2026-11-30T04:00:00.000Z",
    node: "20.0.0",
    platform: "linux",
    notes: ["Everybody syncs."],
    peers: { wagon: "1.2.3" },
    missing: [{ name: "wagon", why: "npm left it out" }],
    failures: [],
    courses: [await runCourse({ title: "Count", goals, lanes: () => lanes }, effort)],
    loads: [
      {
        title: "Calls",
        meanwhile: "a nap",
        lanes: [{ ...load, barriersPerCall: 1, meanwhile: null }],
      },
    ],
    growths: [
      {
        title: "Grow",
        axis: "keys",
        sizes: [1000, 1e6],
        lanes: [
          { name: "the limit", kind: "limit", microseconds: [1, 2] },
          { name: "reference", kind: "subject", microseconds: [2, 400] },
        ],
      },
    ],
  };
}

test("the page has the limit as a line, marks what is missed, and runs nothing", async () => {
  const page = benchPage(await reportOf());
  expect(page).toContain("wheel: 1 of 2 goals reached");
  expect(page).toContain('class="limit"');
  expect(page).toMatch(/<td class="wrong">missed<\/td>/);
  expect(page).toContain("wagon is missing: npm left it out");
  expect(page).toContain("Everybody syncs.");
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("NaN");
});

test("the table of Markdown says reached, missed and missing, and keeps its place in a file", async () => {
  const table = benchMarkdown(await reportOf());
  const rows = table.split("\n").filter((line) => line.startsWith("| Count"));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatch(/× the limit \(goal 1000000000, missed\)/);
  expect(rows[0]).toMatch(/<\/script> \(goal 1e-9\), – × wagon \(goal 3, missing\)/);
  expect(rows[0]).not.toContain("NaN");
  expect(table).toContain(
    "`npm run bench wheel`, 2026-11-30, Node 20.0.0, linux, 1 round. Everybody",
  );
  expect(table).toContain("Packages: wagon 1.2.3.");
  expect(table).toContain("Missing: wagon (npm left it out).");
  const marked = "a\n<!-- bench of wheel: npm run bench -->\nold\n<!-- end -->\nb\n";
  const written = betweenMarkers(marked, "README.md", table, "bench of wheel");
  expect(written).toContain("-->\n\n| wheel");
  expect(written).not.toContain("old");
  expect(written.endsWith("<!-- end -->\nb\n")).toBe(true);
  expect(() => betweenMarkers(marked, "README.md", table, "bench of cart")).toThrow(
    "Expected README.md to have a line <!-- bench of cart -->",
  );
});

test("two runs are as far apart as the medians of what has a goal", async () => {
  const report = await reportOf();
  const [course] = report.courses;
  if (course === undefined) throw new RangeError("Expected a course.");
  const faster = (times: number) =>
    course.comparisons.map((comparison) => ({
      ...comparison,
      times: { ...comparison.times, median: comparison.goal === 1e9 ? times : 2 },
    }));
  const [one, other] = [2, 2.2].map((times) => ({
    ...report,
    courses: [{ ...course, comparisons: faster(times) }],
  }));
  if (one === undefined || other === undefined) throw new RangeError("Expected two runs.");
  expect(comparedLines(one, other)).toEqual([
    "  2.20 and 2.00: 9.53 % apart  reference × the limit, Count",
    `  2.00 and 2.00: 0.0 % apart  reference × ${hostile}, Count`,
  ]);
});

test("of an attempt the result stays beside it, whatever the attempt can do", () => {
  const place = path.join(folder, "hash-ring");
  mkdirSync(place);
  const starter = readFileSync(path.join(root, "katas/hash-ring/starter.ts"));
  writeFileSync(path.join(place, "hash-ring.ts"), starter);
  const typed = ["bench", "hash-ring", "--alone", "--rounds", "1", "--slice", "1", "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/launch.mjs", ...typed], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ATTEMPTS_DIR: folder },
  });
  expect(status, stderr).toBe(0);
  const report = JSON.parse(stdout) as BenchReport;
  expect(readFileSync(path.join(place, "bench.json"), "utf8")).toBe(stdout);
  expect(readFileSync(path.join(place, "bench.html"), "utf8")).toContain("hash-ring");
  expect(report.subjectHash).toMatch(/^[0-9a-f]{64}$/);
  expect(report.failures.length).toBeGreaterThan(0);
  expect(report.courses[0]?.lanes.map(({ name }) => name)).toContain("reference");
  expect(report.courses[0]?.unmeasured.length).toBeGreaterThan(0);
  expect(report.notes).toContain("Without the packages to compare with.");
}, 120_000);

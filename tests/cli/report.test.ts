/** The report as a file: where everything stands in a timeline, what is said, and that no text becomes markup. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { keepReport } from "../../scripts/lib/report/keep-report.ts";
import { reportBeginning, reportPage } from "../../scripts/lib/report/page.ts";
import { layOutTimeline } from "../../scripts/lib/report/timeline-layout.ts";
import { writeReport } from "../../scripts/lib/report/write-report.ts";
import { GradeRepository, kata } from "./grade-repository.ts";
import {
  crashHistory,
  emptyReportData,
  history,
  hostileReportData,
  hostileText,
  report,
  reportData,
  transactionHistory,
} from "./report-fixture.ts";

vi.setConfig({ testTimeout: 120_000 });

describe("a timeline", () => {
  it("has the store first, then each client, and ends lives and calls at the crash", () => {
    const { columns, bars, rows } = layOutTimeline(crashHistory);
    expect(columns.map(({ title }) => title)).toEqual(["store", "client 0", "client 1"]);
    const shown = bars.map(({ kind, column, from, to, ends }) => [kind, column, from, to, ends]);
    expect(shown).toEqual([
      ["life", 0, 0, 4, "cut off"],
      ["life", 0, 5, 6, "open"],
      ["call", 1, 1, 4, "cut off"],
      ["call", 1, 6, 6, "answered"],
      ["call", 2, 2, 2, "answered"],
    ]);
    expect(bars.map(({ atRisk }) => atRisk)).toEqual([false, false, false, false, true]);
    expect(bars.map(({ contradiction }) => contradiction).indexOf(true)).toBe(3);
    expect(rows.map(({ column }) => column)).toEqual([0, 1, 2, 0, 0, 0, 1]);
    expect(rows.findIndex(({ isLoss }) => isLoss)).toBe(4);
  });

  it("gives every transaction a lane by its name, from its first call to its last", () => {
    const { columns, bars } = layOutTimeline(transactionHistory);
    expect(columns.map(({ title }) => title)).toEqual(["store", "T1", "T2"]);
    const spans = bars.filter(({ kind }) => kind === "span");
    expect(spans.map(({ column, from, to }) => [column, from, to])).toEqual([
      [1, 0, 5],
      [2, 3, 6],
    ]);
    const commit = bars.find(({ kind, from, to }) => kind === "call" && from === 2 && to === 5);
    expect(commit).toMatchObject({ column: 1, ends: "answered" });
  });

  it("puts calls of one client that overlap beside each other, and reuses what is free", () => {
    const call = (what: string) => ({ kind: "call" as const, client: 0, what, detail: "called" });
    const answer = (what: string) => ({ ...call(what), kind: "answer" as const, detail: "ok" });
    const { columns, bars } = layOutTimeline(
      history(call("a"), call("b"), answer("a"), call("c"), answer("c"), answer("b"), call("d")),
    );
    expect(columns.map(({ title }) => title)).toEqual(["store", "client 0", "client 0"]);
    const calls = bars.filter(({ kind }) => kind === "call");
    expect(calls.map(({ column, from, to, ends }) => [column, from, to, ends])).toEqual([
      [1, 0, 2, "answered"],
      [2, 1, 5, "answered"],
      [1, 3, 4, "answered"],
      [1, 6, 6, "open"],
    ]);
  });

  it("of nothing is nothing but the store's lane", () => {
    expect(layOutTimeline([])).toEqual({ columns: [{ title: "store" }], bars: [], rows: [] });
  });
});

describe("a report", () => {
  it("is the same for the same data, and says all that the grade knows", () => {
    const page = reportPage(reportData());
    expect(reportPage(reportData())).toBe(page);
    const text = page.replaceAll(/<style>[^]*<\/style>|<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    for (const words of [
      "2 of 4 promises do not hold; it does not type-check.",
      "49 of 70",
      "7 below the bar of 56. 3 hints",
      "log loses bytes 0–21",
      "← not synced yet",
      "Contradiction: client 0 get b answered undefined, expected 3",
      "Therefore b shows undefined, but what was answered leaves only 3.",
      "Found after 1,204 histories and 48 states",
      "Again npm run grade tiny-counter -- --replay 1.4182.",
      "Level 1 · Count core 1 of 3 held",
      "Bound a promise of level 1 is broken",
      "measured, 4 claimed",
      "scored by a listener",
      "not scored",
      "// a checksum a record: 4 bytes more each",
      "tiny-counter.ts:3:7 Not a number.",
      "Held: 8 threads, 3 s, 1,234 operations, 5 kills.",
      "syncs for 64 puts 2",
      "6 tests, 21 of 34 planted bugs caught (of 40 that there are).",
      "1 false alarm on a right implementation counts twice: expected 2, got 1",
      "1 test set aside a counter &gt; is zero: red on your own code",
      "1 promise whose planted bugs get by It is calm. (0 of 3 caught)",
      "2 branches that no own test takes tiny-counter.ts:9",
      "4 grades as a table",
    ]) {
      expect(text).toContain(words);
    }
    expect(page).toContain(`aria-label="The totals of 4 grades: 31, unscored, 40, 49."`);
  });

  it("of code that could not be used, unscored and ungraded before, says so and leaves the rest out", () => {
    const page = reportPage(emptyReportData());
    expect(page).toContain("no promise was tried: counter.ts:1:14: Unexpected token.");
    expect(page).toContain("None of the 14 dimensions is scored yet. The bar is 56 of 70.");
    expect(page).toContain("Not run: your code could not be used.");
    for (const heading of ["What does not hold", "Fourteen dimensions", "How it went"])
      expect(page).not.toContain(heading);
  });

  it("lets no text become markup, and allows neither scripts nor the network", () => {
    const page = reportPage(hostileReportData());
    expect(page).not.toMatch(/<script|<img|\u202e/);
    // The one style is the report's own.
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    const shown = "&lt;script&gt;globalThis.hacked = 1&lt;/script&gt;";
    expect(page.split(shown).length).toBeGreaterThan(30);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(reportPage(reportData())).not.toMatch(/https?:|url\(|@import|<link|src=/);
    expect(hostileText).toContain("<script>");
  });

  it("replaces a report and nothing else", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "report "));
    try {
      const file = path.join(folder, "report.html");
      writeReport(file, emptyReportData());
      writeReport(file, reportData());
      expect(readFileSync(file, "utf8")).toBe(reportPage(reportData()));
      writeFileSync(file, "mine");
      expect(() => writeReport(file, reportData())).toThrow("another file is there");
      expect(readFileSync(file, "utf8")).toBe("mine");
      expect(() => writeReport(folder, reportData())).toThrow("Expected a place for the report");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is kept beside an attempt that was fully graded, and nowhere else unless asked for", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "report "));
    try {
      const subject = (kind: "attempt" | "file") => ({
        ...{ kind, shownAs: "it", words: [kata], options: [], testFile: "" },
        file: path.join(folder, `${kata}.ts`),
        kata: { ...reportData().kata, version: 1, folder: "" },
      });
      const beside = path.join(folder, "report.html");
      const kept = (kind: "attempt" | "file", partial: boolean, wanted?: string) => {
        return keepReport(folder, report({ partial }), subject(kind), wanted);
      };
      expect(await kept("file", false)).toEqual([]);
      expect(await kept("attempt", true)).toEqual([]);
      expect(existsSync(beside)).toBe(false);
      const wanted = path.join(folder, "wanted.html");
      expect(await kept("attempt", false, wanted)).toEqual([
        `Report: ${beside}`,
        `Report: ${wanted}`,
      ]);
      expect(readFileSync(wanted, "utf8").startsWith(reportBeginning)).toBe(true);
      writeFileSync(beside, "mine");
      expect((await kept("attempt", false))[0]).toContain("another file is there");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("npm run grade", () => {
  let repository: GradeRepository;
  beforeAll(() => {
    repository = new GradeRepository();
    repository.leaveOutAnalysis();
  });
  afterAll(() => repository.remove());

  it("--report writes the report of any grade, and refuses a place that is taken before it begins", async () => {
    repository.write("counter.ts", "export const level = 1;");
    const asked = ["counter.ts", "--quick", "--report", "x.html"];
    const { stderr } = await repository.grade(kata, ...asked);
    const file = path.join(repository.root, "x.html");
    expect(stderr).toContain(`Report: ${file}`);
    const page = readFileSync(file, "utf8");
    expect(page).toContain("not a full grade");
    expect(page).toContain("expected it to export the function createCounter");
    repository.write("x.html", "mine");
    const refused = await repository.grade(kata, ...asked);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("another file is there");
    const all = await repository.grade("--all", "--report", "y.html");
    expect(all.stderr).toContain("--report is for one grade");
  });
});

/** Reports to look at: one of everything, one of nothing, and one whose every text is hostile. */
import type { Counterexample, HistoryEvent } from "../harness/check.ts";
import {
  noStress,
  unscored,
  type DimensionScore,
  type GradeReport,
  type PromiseGrade,
} from "../../scripts/lib/grade/grade-report.ts";
import type { GradeEntry } from "../../scripts/lib/journal/journals.ts";
import type { ReportData } from "../../scripts/lib/report/report-data.ts";

type Line = Pick<HistoryEvent, "kind" | "what" | "detail"> & Partial<HistoryEvent>;

export function history(...lines: Line[]): HistoryEvent[] {
  return lines.map((line) => ({
    ...{ life: 1, client: null, remark: null, contradiction: false },
    ...line,
  }));
}

/** Two clients, one of them cut off by a power cut, and bytes that were lost. */
export const crashHistory = history(
  { kind: "open", what: "open", detail: "open log, answered ok" },
  { kind: "call", client: 0, what: "put a=2", detail: "called" },
  { kind: "answer", client: 1, what: "put b=3", detail: "answered ok", remark: "not synced yet" },
  { kind: "disk", what: "", detail: "append log 0–21" },
  { kind: "power-cut", what: "⚡ power cut", detail: "log loses bytes 0–21" },
  { kind: "open", life: 2, what: "open", detail: "answered ok" },
  {
    ...{ kind: "answer", life: 2, client: 0, what: "get b", contradiction: true },
    detail: "answered undefined, expected 3",
  },
);

/** Transactions that are known by their names alone. */
export const transactionHistory = history(
  { kind: "call", what: "T1 begin", detail: "open" },
  { kind: "call", what: "T1 put d=[4]", detail: "done" },
  { kind: "call", what: "T1 commit", detail: "called" },
  { kind: "call", what: "T2 begin", detail: "open" },
  { kind: "call", what: "T2 get d", detail: "[]" },
  { kind: "call", what: "T1 commit", detail: "answered ok" },
  { kind: "answer", what: "T2 get d", detail: "[4], expected []", contradiction: true },
);

export const hostileText = `</style></title><script>globalThis.hacked = 1</script><img src=x onerror="globalThis.hacked = 2">'"&\u202e`;

export function promise(changes: Partial<PromiseGrade> = {}): PromiseGrade {
  return {
    ...{ id: "tiny-counter/counts-up", level: 1, sentence: "Each increment adds exactly one." },
    ...{ status: "held", ms: 12.3, explored: { runs: 1204, states: 48 } },
    ...{ counterexample: null, replay: null, looksLike: null, reason: null },
    ...changes,
  };
}

export function broken(events: HistoryEvent[], changes: Partial<PromiseGrade> = {}): PromiseGrade {
  const counterexample: Counterexample = {
    ...{ phase: "crash", events, features: [] },
    therefore: "b shows undefined, but what was answered leaves only 3.",
  };
  return promise({
    ...{ status: "broken", counterexample, replay: `1.4182.${"i1YqSDTUM1HSMTTT".repeat(8)}` },
    looksLike: "the kernel has the bytes, so the disk has them",
    ...changes,
  });
}

function dimension(number: number, changes: Partial<DimensionScore> = {}): DimensionScore {
  return {
    ...{ number, name: `Dimension ${number}`, points: 4, claimed: 4, source: "self-scored" },
    ...{ by: null, bounds: [], quote: null },
    ...changes,
  };
}

export function report(changes: Partial<GradeReport> = {}): GradeReport {
  return {
    ...{ schemaVersion: 1, kata: "tiny-counter", kataVersion: 1, suiteHash: "5".repeat(64) },
    ...{ subjectHash: "7".repeat(64), subject: "attempt", level: 2, seed: 1, partial: false },
    ...{ node: "20.20.2", platform: "linux", verdict: "fail", problem: null },
    types: {
      ok: false,
      problems: [{ file: "tiny-counter.ts", line: 3, column: 7, what: "Not a number." }],
    },
    lint: { ok: true, blocking: [], remarks: [] },
    levels: [
      { level: 1, title: "Count", held: 1, of: 3 },
      { level: 2, title: "Count together", held: 1, of: 1 },
    ],
    invariants: [
      broken(crashHistory),
      broken(transactionHistory, { id: "tiny-counter/starts-at-zero", sentence: "It is zero." }),
      promise({ id: "tiny-counter/is-calm" }),
      promise({ id: "tiny-counter/counts-together", level: 2 }),
    ],
    stress: { ...noStress, status: "held", threads: 8, seconds: 3, operations: 1234, kills: 5 },
    operations: { syncsFor64Puts: 2, bytesPerGet: 20.5 },
    ownTests: {
      ...{ count: 6, caught: 21, of: 34, planted: 40, falseAlarms: 1, uncoveredBranches: 2 },
      alarms: [{ test: "counts twice", reason: "expected 2, got 1" }],
      setAside: [{ test: "a counter > is zero", reason: "red on your own code" }],
      untested: [{ id: "tiny-counter/is-calm", sentence: "It is calm.", caught: 0, of: 3 }],
      ...{ uncovered: ["tiny-counter.ts:9"], problem: null },
    },
    score: {
      ...{ total: 49, of: 70, bar: 56, pass: false, remarks: ["3 hints"] },
      dimensions: [
        dimension(5, { points: 2, source: "measured", bounds: ["a promise of level 1 is broken"] }),
        dimension(10, { source: "scored-by", by: "a listener" }),
        dimension(13, { quote: "// a checksum a record: 4 bytes more each" }),
        dimension(14, { points: null, claimed: null, source: "not-scored" }),
      ],
    },
    ...changes,
  };
}

function entry(total: number | null, day: number): GradeEntry {
  return {
    ...{ at: `2026-11-0${day}T20:00:00.000Z`, kataVersion: 1, subjectHash: "7", seed: 1 },
    ...{ partial: false, verdict: "fail", level: 2, levelReached: 1, total, points: {} },
    ...{ pass: null, ownTests: { count: day, caught: 0, of: 0 }, session: null },
  };
}

export function reportData(changes: Partial<ReportData> = {}): ReportData {
  return {
    report: report(),
    session: null,
    kata: {
      ...{ name: "tiny-counter", title: "A counter", coreLevel: 2 },
      levels: [
        { title: "Count", minutes: 1 },
        { title: "Count together", minutes: 1 },
      ],
    },
    shownAs: "attempts/tiny-counter/tiny-counter.ts",
    commandWith: (...options) =>
      ["npm run grade tiny-counter", ...(options.length === 0 ? [] : ["--", ...options])].join(" "),
    gradedAt: new Date("2026-11-30T04:00:00Z"),
    history: [entry(31, 1), entry(null, 2), entry(40, 3), entry(49, 4)],
    ...changes,
  };
}

/** Nothing could be loaded, nothing was scored, nothing was graded before. */
export function emptyReportData(): ReportData {
  return reportData({
    report: report({
      ...{ level: null, problem: "counter.ts:1:14: Unexpected token.", operations: {} },
      invariants: [promise({ status: "not-run", explored: { runs: 0, states: 0 } })],
      stress: { ...noStress, reason: "your code could not be used" },
      score: unscored,
    }),
    history: [],
  });
}

/** Every text that a subject, a kata or a path has a say in. */
export function hostileReportData(): ReportData {
  const events = history(
    { kind: "open", what: hostileText, detail: hostileText },
    { kind: "call", client: 0, what: hostileText, detail: hostileText, remark: hostileText },
    { kind: "call", what: `${hostileText} begin`, detail: hostileText },
    { kind: "kill", what: hostileText, detail: hostileText },
    { kind: "answer", life: 2, what: hostileText, detail: hostileText, contradiction: true },
  );
  const text = hostileText;
  const bad = broken(events, { id: text, sentence: text, looksLike: text, reason: text });
  const finding = { file: text, line: 1, column: 1, rule: text, what: text };
  return reportData({
    report: report({
      ...{ problem: text, subjectHash: text, suiteHash: text, node: text, platform: text },
      types: { ok: false, problems: [finding] },
      lint: { ok: false, blocking: [finding], remarks: [finding] },
      levels: [{ level: 1, title: text, held: 0, of: 1 }],
      invariants: [{ ...bad, replay: text }],
      stress: { ...noStress, status: "broken", broken: [{ id: text, what: text }] },
      operations: { [text]: 1 },
      ownTests: {
        ...{ count: 1, caught: 0, of: 1, planted: 1, falseAlarms: 1, uncoveredBranches: 1 },
        ...{ alarms: [{ test: text, reason: text }], setAside: [{ test: text, reason: text }] },
        untested: [{ id: text, sentence: text, caught: 0, of: 1 }],
        ...{ uncovered: [text], problem: null },
      },
      score: {
        ...{ total: null, of: 70, bar: 56, pass: null, remarks: [text] },
        dimensions: [
          dimension(1, { name: text, source: "scored-by", by: text, bounds: [text], quote: text }),
        ],
      },
    }),
    kata: { name: text, title: text, coreLevel: 1, levels: [{ title: text, minutes: 1 }] },
    shownAs: text,
    commandWith: (...options) => [text, ...options].join(" "),
  });
}

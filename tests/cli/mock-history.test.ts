/** Progress over weeks, from nothing but session logs and grades. */
import { describe, expect, test } from "vitest";
import type { GradeEntry } from "../../scripts/lib/journal/journals.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";
import { historyOf, sessionLines, trendsOf } from "../../scripts/lib/mock/session-history.ts";
import type { BellGrade, SessionEntry, SessionEvent } from "../../scripts/lib/mock/session-log.ts";
import type { SessionPlan } from "../../scripts/lib/mock/session-plan.ts";

const plain = coloursFor({ isTTY: false });

describe("ready", () => {
  test("are two timed sessions in a row that passed, each with work of its own", () => {
    expect(isReady([])).toBe(false);
    expect(isReady([{ hash: "a" }])).toBe(false);
    expect(isReady([{ hash: "a" }, { hash: "b" }])).toBe(true);
    expect(isReady([{ hash: "a" }, { hash: "a" }])).toBe(false);
    expect(isReady([{ hash: "a" }, { hash: "b", pass: false }])).toBe(false);
    expect(isReady([{ hash: "a" }, { hash: "b", pass: false }, { hash: "c" }])).toBe(false);
    expect(isReady([{ hash: "a", pass: false }, { hash: "b" }, { hash: "c" }])).toBe(true);
  });

  test("is nobody whose session was longer than its format, or who had opened the solution in it", () => {
    expect(isReady([{ hash: "a" }, { hash: "b", minutes: 90 }])).toBe(false);
    expect(isReady([{ hash: "a" }, { hash: "b", minutes: 30 }])).toBe(true);
    expect(isReady([{ hash: "a", solution: true }, { hash: "b" }])).toBe(false);
  });

  test("comes from the score of the work at the bell, whenever that was given", () => {
    const logs = [log(1, { hash: "a", pass: null }), log(2, { hash: "b", pass: null })];
    expect(historyOf("k", logs, []).ready).toBe(false);
    expect(historyOf("k", logs, [scored(1, 60), scored(2, 61)]).ready).toBe(true);
    expect(historyOf("k", logs, [scored(1, 60), scored(null, 70)]).ready).toBe(false);
    expect(historyOf("k", logs, [scored(1, 60), scored(2, 40)]).ready).toBe(false);
  });
});

test("a session that was not graded does not count", () => {
  const open = log(1, { hash: "a" }).filter(({ event }) => event !== "graded");
  const history = historyOf("k", [open, []], []);
  expect(history.sessions).toEqual([]);
  expect(history.open).toBe(1);
  expect(sessionLines([history], 80, plain)).toEqual([
    ...["", "Sessions", "Session 1 of k is not over:", "  npm run mock k"],
  ]);
  expect(historyOf("k", [open, log(2, { hash: "b" })], []).open).toBe(null);
});

test("dimensions are followed over all katas, in the order of the sessions", () => {
  const one = historyOf("one", [log(1, { hash: "a", points: { 5: 2, 8: 4 }, day: 3 })], []);
  const two = historyOf(
    "two",
    [
      log(1, { hash: "b", points: { 5: 3 }, day: 1 }),
      log(2, { hash: "c", points: { 5: 4 }, day: 5 }),
    ],
    [],
  );
  const trends = trendsOf([one, two]);
  expect(trends).toHaveLength(14);
  expect(trends.find(({ number }) => number === 5)?.points).toEqual([3, 2, 4]);
  expect(trends.find(({ number }) => number === 8)?.points).toEqual([4]);
});

test("the overview names sessions, the weakest dimension and what to practise", () => {
  const logs = [
    log(1, { hash: "a", points: { 5: 4, 13: 2 }, total: 50, day: 1 }),
    log(2, { hash: "b", points: { 5: 4, 13: 3 }, total: 57, day: 8 }),
  ];
  const lines = sessionLines([historyOf("some-kata", logs, [])], 80, plain);
  const text = lines.join("\n");
  expect(text).toContain(
    "some-kata  2 sessions · at the bell 50 → 57 of 70 · last 2030-01-08 · ready",
  );
  expect(text).toMatch(/13 Trade-off reasoning +2 3/);
  expect(text.replaceAll(/\s+/g, " ")).toContain(
    "To practise next: the trade-offs in the reference's essay",
  );
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(sessionLines([historyOf("some-kata", [], [])], 80, plain)).toEqual([]);
});

// ── Logs ──────────────────────────────────────────────────────────────────────────────────────

interface Held {
  hash: string;
  pass?: boolean | null;
  minutes?: number;
  solution?: boolean;
  points?: Record<string, number>;
  total?: number;
  day?: number;
}

function isReady(sessions: readonly Held[]): boolean {
  return historyOf(
    "k",
    sessions.map((held, index) => log(index + 1, held)),
    [],
  ).ready;
}

function log(session: number, held: Held): SessionEntry[] {
  const { hash, pass = true, minutes = 70, solution = false, points = {}, total, day = 1 } = held;
  const plan = { ...emptyPlan, minutes };
  const grade: BellGrade = { ...emptyGrade, subjectHash: hash, pass, points, total: total ?? null };
  const events: SessionEvent[] = [
    { event: "began", session, plan },
    { event: "fresh", archived: null },
    ...(solution
      ? [{ event: "helped" as const, helpedAt: "", what: "Solution opened", cost: "the pass" }]
      : []),
    { event: "bell", because: "time" },
    { event: "graded", grade },
  ];
  const at = new Date(2030, 0, day, 12).toISOString();
  return events.map((event) => ({ at, ms: 0, ...event }));
}

function scored(session: number | null, total: number): GradeEntry {
  return {
    at: "2030-01-09T00:00:00.000Z",
    ...{ kataVersion: 1, subjectHash: "", seed: 1, partial: false, verdict: "pass", level: 2 },
    ...{ levelReached: 2, total, points: {}, pass: total >= 56, session },
    ownTests: { count: 4, caught: 0, of: 0 },
  };
}

const emptyPlan: SessionPlan = {
  ...{ kata: "k", title: "K", kataVersion: 1, format: "staff", minutes: 70, formatMinutes: 70 },
  ...{ seed: 1, weakest: null, coreLevel: 1, levels: [], prompt: "", facts: [], phases: [] },
  ...{ probes: [], change: null },
};

const emptyGrade: BellGrade = {
  ...{ verdict: "pass", problem: null, level: 1, levelReached: 1, held: 1, of: 1, failing: [] },
  ...{ typesOk: true, blocking: 0, stress: "held", operations: {}, total: null, pass: null },
  ...{ points: {}, subjectHash: "" },
  ownTests: { count: 4, caught: 0, of: 0, falseAlarms: 0 },
};

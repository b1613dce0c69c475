/**
 * Progress over weeks: what the sessions of one kata, or of several, say together. Pure: from logs and the
 * history of grades to what `npm run kata` shows.
 */
import { dimensions } from "../../../rubric/dimensions.ts";
import { ready, type TimedSession } from "../../../rubric/readiness.ts";
import { readNext, weakest } from "../../../rubric/self-evaluation.ts";
import type { DimensionNumber } from "../../../rubric/shape.ts";
import type { GradeEntry } from "../journal/journals.ts";
import type { Colours } from "../terminal/colours.ts";
import { counted, truncate, wrap } from "../terminal/text.ts";
import { dayOf } from "./debrief.ts";
import { factsOf, type SessionFacts } from "./session-facts.ts";
import type { SessionEntry } from "./session-log.ts";

export interface SessionHistory {
  kata: string;
  sessions: SessionInHistory[];
  /** The number of the session that is not over, be it left or under way. */
  open: number | null;
  /** Two timed sessions in a row passed, each from a fresh start with the solution unopened. */
  ready: boolean;
}

export interface SessionInHistory {
  facts: SessionFacts;
  total: number | null;
  passed: boolean;
  points: Readonly<Record<string, number>>;
}

export interface DimensionTrend {
  number: DimensionNumber;
  name: string;
  /** Oldest first; only sessions that scored it. */
  points: number[];
}

/** `logs` oldest first. A session counts once its bell has rung and its work was graded. */
export function historyOf(
  kata: string,
  logs: readonly (readonly SessionEntry[])[],
  grades: readonly GradeEntry[],
): SessionHistory {
  const begun = logs.flatMap((entries) => factsOf(entries) ?? []);
  const sessions = begun
    .filter(({ grade }) => grade !== null)
    .map((facts) => inHistory(facts, grades));
  const last = begun.at(-1);
  return {
    kata,
    sessions,
    open: last?.grade === null ? last.session : null,
    ready: ready(sessions.map(timedSession)),
  };
}

/** By dimension, over the sessions of all katas in the order in which they were held. */
export function trendsOf(histories: readonly SessionHistory[]): DimensionTrend[] {
  const sessions = histories
    .flatMap((history) => history.sessions)
    .sort((left, right) => left.facts.date.getTime() - right.facts.date.getTime());
  return dimensions.map(({ number, name }) => ({
    number,
    name,
    points: sessions.flatMap(({ points }) => points[number] ?? []),
  }));
}

export function sessionLines(
  histories: readonly SessionHistory[],
  columns: number,
  colours: Colours,
): string[] {
  const held = histories.filter(({ sessions }) => sessions.length > 0);
  const open = histories.filter((history) => history.open !== null);
  if (held.length === 0 && open.length === 0) return [];
  const nameWidth = Math.max(...held.map(({ kata }) => kata.length));
  return [
    "",
    colours.bold("Sessions"),
    ...held.map((history) => truncate(kataLine(history, nameWidth), columns)),
    ...open.flatMap((history) => [
      `Session ${history.open} of ${history.kata} is not over:`,
      colours.bold(`  npm run mock ${history.kata}`),
    ]),
    ...trendLines(trendsOf(held), columns),
  ];
}

/** So many of the latest points tell a trend. */
const pointsShown = 6;
const dimensionsShown = 3;

function kataLine({ kata, sessions, ready: isReady }: SessionHistory, nameWidth: number): string {
  const totals = sessions.slice(-pointsShown).map(({ total }) => total ?? "–");
  const last = sessions.at(-1)?.facts.date;
  const parts = [
    counted(sessions.length, "session"),
    totals.every((total) => total === "–")
      ? "not scored yet"
      : `at the bell ${totals.join(" → ")} of 70`,
    ...(last === undefined ? [] : [`last ${dayOf(last)}`]),
    ...(isReady ? ["ready"] : []),
  ];
  return `  ${kata.padEnd(nameWidth)}  ${parts.join(" · ")}`;
}

function trendLines(trends: readonly DimensionTrend[], columns: number): string[] {
  const scored = trends.filter(({ points }) => points.length > 0);
  if (scored.length === 0) return [];
  const lowest = [...scored]
    .sort((left, right) => latest(left) - latest(right) || left.number - right.number)
    .slice(0, dimensionsShown);
  const [first] = weakest((number) => {
    const trend = scored.find((each) => each.number === number);
    return trend === undefined ? null : latest(trend);
  });
  return [
    "The weakest dimensions, oldest session first:",
    ...lowest.map(({ number, name, points }) =>
      truncate(
        `  ${String(number).padStart(2)} ${name.padEnd(30)} ${points.slice(-pointsShown).join(" ")}`,
        columns,
      ),
    ),
    ...(first === undefined ? [] : wrap(`To practise next: ${readNext[first]}.`, columns, "  ")),
  ];
}

function latest({ points }: DimensionTrend): number {
  return points.at(-1) ?? 0;
}

/** Scores that were given after the bell, of the work at the bell, count. */
function inHistory(facts: SessionFacts, grades: readonly GradeEntry[]): SessionInHistory {
  const scored = grades
    .filter(({ session, partial }) => session === facts.session && !partial)
    .findLast(({ total }) => total !== null);
  const { grade } = facts;
  return {
    facts,
    total: scored?.total ?? grade?.total ?? null,
    passed: scored === undefined ? grade?.pass === true : scored.pass === true,
    points: scored?.points ?? grade?.points ?? {},
  };
}

function timedSession({ facts, passed }: SessionInHistory): TimedSession {
  return {
    passed: passed && facts.isTimed,
    // A session cannot begin otherwise.
    fresh: true,
    solutionOpened: facts.solutionOpened,
    subjectHash: facts.grade?.subjectHash ?? "",
  };
}

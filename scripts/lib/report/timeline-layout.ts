/**
 * Where everything of a printed history stands in a drawn one. Time runs down, one row an event; the store has the
 * first column, then each client or transaction. What overlaps within a client gets columns of its own.
 *
 *     row   store  client 0  client 1
 *      1      ┬                          open
 *      2      │       ┬                  put a=2   called
 *      3      │       │         ●        get a     answered 2
 *      4      ⚡       ╵                  power cut
 *      5      ┬                          open
 *      6      │       ●                  get a     undefined, expected 2   ✗
 */
import type { HistoryEvent } from "../../../tests/harness/check.ts";

export interface Timeline {
  columns: Column[];
  bars: Bar[];
  rows: TimelineRow[];
}

export interface Column {
  /** "store", "client 0", "T1". */
  title: string;
}

export interface Bar {
  /** A life of the store, a transaction from its first call to its last, or a call. */
  kind: "life" | "span" | "call";
  column: number;
  /** Rows, both included. */
  from: number;
  to: number;
  /** How it ends: at its answer, by a crash, or not at all. */
  ends: "answered" | "cut off" | "open";
  contradiction: boolean;
  /** It was answered, and a crash of its life could still take it back. */
  atRisk: boolean;
}

export interface TimelineRow {
  event: HistoryEvent;
  column: number;
  isCrash: boolean;
  /** A crash that took something with it. */
  isLoss: boolean;
}

export function layOutTimeline(events: readonly HistoryEvent[]): Timeline {
  const names = transactionNames(events);
  const actorOf = (event: HistoryEvent) => clientOrTransaction(event, names);
  const calls = callsOf(events);
  const actors = [...new Set(events.map(actorOf))].sort(inOrderOfActors);
  const columns: Column[] = [];
  const bars: Bar[] = [];
  const columnOfEvent = new Map<number, number>();
  for (const actor of [store, ...actors.filter((each) => each !== store)]) {
    const firstColumn = columns.length;
    const own = calls.filter((call) => actorOf(call.event) === actor);
    const depths = depthsOf(own);
    const width = Math.max(1, ...depths.map((depth) => depth + 1));
    for (let depth = 0; depth < width; depth += 1) columns.push({ title: actor });
    if (actor === store) bars.push(...lives(events));
    if (names.includes(actor)) bars.push(spanOf(events.map(actorOf), actor, firstColumn));
    for (const [index, { from, to, ends, event }] of own.entries()) {
      const column = firstColumn + (depths[index] ?? 0);
      columnOfEvent.set(from, column);
      if (ends === "answered") columnOfEvent.set(to, column);
      const { contradiction } = (ends === "answered" ? events[to] : event) ?? event;
      const atRisk = isAtRisk(events, to);
      bars.push({ kind: "call", column, from, to, ends, contradiction, atRisk });
    }
  }
  const rows = events.map((event, index): TimelineRow => {
    const isCrash = isCrashEvent(event);
    return {
      event,
      column:
        columnOfEvent.get(index) ?? columns.findIndex(({ title }) => title === actorOf(event)),
      isCrash,
      isLoss:
        isCrash &&
        /\b(loses|lost|gone|torn|half)\b/.test(event.detail) &&
        !/nothing is lost/.test(event.detail),
    };
  });
  return { columns, bars, rows };
}

// ── Actors ────────────────────────────────────────────────────────────────────────────────────

const store = "store";

/** What begins somewhere has a name: "T1 begin". */
function transactionNames(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ what }) => /^(.+) begin(?: |$)/.exec(what)?.[1] ?? []);
}

/** Whoever makes the call; what nobody calls belongs to the store. */
function clientOrTransaction({ client, what }: HistoryEvent, names: readonly string[]): string {
  if (client !== null) return `client ${client}`;
  return names.find((name) => what.startsWith(`${name} `)) ?? store;
}

function inOrderOfActors(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

// ── Calls ─────────────────────────────────────────────────────────────────────────────────────

interface Call {
  event: HistoryEvent;
  from: number;
  to: number;
  ends: Bar["ends"];
}

/** Each call with its answer: the next event of the same words by the same caller in the same life. */
function callsOf(events: readonly HistoryEvent[]): Call[] {
  const calls: Call[] = [];
  const open: Call[] = [];
  for (const [row, event] of events.entries()) {
    if (event.kind !== "call" && event.kind !== "answer") continue;
    const isSame = ({ event: begun }: Call) =>
      begun.what === event.what && begun.client === event.client && begun.life === event.life;
    const begun = open.findIndex(isSame);
    const [call] = begun === -1 ? [] : open.splice(begun, 1);
    if (call !== undefined) {
      call.to = row;
      call.ends = "answered";
      continue;
    }
    const isBegin = event.detail === "called" || event.detail.startsWith("called:");
    const next: Call = { event, from: row, to: row, ends: isBegin ? "open" : "answered" };
    calls.push(next);
    if (isBegin) open.push(next);
  }
  for (const call of open) {
    const crash = events.findIndex((event, row) => row > call.from && isCrashEvent(event));
    call.ends = crash === -1 ? "open" : "cut off";
    call.to = crash === -1 ? events.length - 1 : crash;
  }
  return calls;
}

/** The first free place beside what is still under way. */
function depthsOf(calls: readonly Call[]): number[] {
  const freeFrom: number[] = [];
  return calls.map(({ from, to }) => {
    const free = freeFrom.findIndex((row) => row < from);
    const depth = free === -1 ? freeFrom.length : free;
    freeFrom[depth] = to;
    return depth;
  });
}

function isAtRisk(events: readonly HistoryEvent[], row: number): boolean {
  const event = events[row];
  if (event === undefined || event.remark === null) return false;
  return events.some((later, at) => at > row && later.life === event.life && isCrashEvent(later));
}

// ── Longer bars ───────────────────────────────────────────────────────────────────────────────

/** A life of the store: from its first event to its crash, or to its last. */
function lives(events: readonly HistoryEvent[]): Bar[] {
  const numbers = [...new Set(events.map(({ life }) => life))];
  return numbers.map((life): Bar => {
    const from = events.findIndex((event) => event.life === life);
    const last = events.findLastIndex((event) => event.life === life);
    const crash = events.findIndex((event) => event.life === life && isCrashEvent(event));
    const common = { kind: "life", column: 0, from, contradiction: false, atRisk: false } as const;
    return crash === -1
      ? { ...common, to: last, ends: "open" }
      : { ...common, to: crash, ends: "cut off" };
  });
}

function spanOf(actors: readonly string[], actor: string, column: number): Bar {
  const [from, to] = [actors.indexOf(actor), actors.lastIndexOf(actor)];
  const common = { kind: "span", column, from, to, contradiction: false, atRisk: false } as const;
  return { ...common, ends: "answered" };
}

function isCrashEvent({ kind }: HistoryEvent): boolean {
  return kind === "power-cut" || kind === "kill";
}

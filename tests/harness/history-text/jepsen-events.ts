/**
 * What Jepsen writes, whatever the operations mean: events, of which an `invoke` and the `ok`, `fail` or `info` that
 * follows it on the same process make one operation. The order of the events is their time. Events of the nemesis are no
 * operations and are left out.
 */
import type { Datum } from "./datum.ts";
import { describeDatum, MalformedHistoryError, shorten } from "./datum.ts";
import { readEdn } from "./edn.ts";

const eventTypes = ["invoke", "ok", "fail", "info"] as const;

export interface JepsenEvent<Call extends string> {
  readonly line: number;
  readonly process: number;
  readonly type: (typeof eventTypes)[number];
  readonly call: Call;
  readonly key: Datum | undefined;
  readonly value: Datum;
}

/** The maps of an EDN or JSON history, without those of the nemesis. */
export function eventsOfMaps<Call extends string>(
  values: readonly Datum[],
  calls: readonly Call[],
): JepsenEvent<Call>[] {
  const [first] = values;
  const maps = values.length === 1 && first?.kind === "sequence" ? first.items : values;
  const hasInvocations = maps.some(
    (datum) => datum.kind === "map" && nameOf(datum.entries.get("type")) === "invoke",
  );
  const events: JepsenEvent<Call>[] = [];
  for (const datum of maps) {
    if (datum.kind !== "map") {
      throw new MalformedHistoryError(datum.line, "an event as a map", describeDatum(datum));
    }
    const { line, entries } = datum;
    const required = (name: string): Datum => {
      const field = entries.get(name);
      if (field === undefined)
        throw new MalformedHistoryError(line, `the field ${name}`, describeDatum(datum));
      return field;
    };
    // A process joins an invocation and its completion: where nothing is joined, none need be named.
    const process =
      hasInvocations || entries.has("process") ? readProcess(required("process")) : events.length;
    if (process === "nemesis") continue;
    const type = readName("type", required("type"), eventTypes);
    const call = readName("f", required("f"), calls);
    events.push({
      line,
      process,
      type,
      call,
      key: entries.get("key"),
      value: entries.get("value") ?? { kind: "nil", line },
    });
  }
  return events;
}

/** Whether some line is an event of a Jepsen log or `history.txt`. */
export function looksLikeLog(text: string): boolean {
  return text.split("\n").some((line) => eventLine.test(line));
}

const eventLine =
  /^(?:.*\bjepsen\.util\b[\s:-]*?\s)?(\S+)\s+(:(?:invoke|ok|fail|info))\s+(:\S+)\s*(.*)$/;
/** Loggers other than `jepsen.util` say nothing about operations. */
const otherLogLine = /^\s*$|^(?!.*\bjepsen\.util\b).*\b(?:TRACE|DEBUG|INFO|WARN|ERROR)\b/;
/** What such loggers print of an exception. */
const traceLine =
  /^\s+at [\w.$/<]|^\s+\.\.\. \d+ (?:more|common frames)|^(?:\s*(?:Caused by|Suppressed): )?(?:[\w$]+\.)+[\w$]*(?:Exception|Error|ExceptionInfo)\b/;

/** The lines `0 :invoke :write 3`, with or without what the logger puts before them. */
export function eventsOfLog<Call extends string>(
  text: string,
  calls: readonly Call[],
): JepsenEvent<Call>[] {
  const events: JepsenEvent<Call>[] = [];
  for (const [index, lineText] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const parts = eventLine.exec(lineText);
    if (parts === null) {
      if (otherLogLine.test(lineText) || traceLine.test(lineText)) continue;
      throw new MalformedHistoryError(
        line,
        "“process :type :f value”, as in “0 :invoke :write 3”",
        shorten(lineText.trim()),
      );
    }
    const [, processText = "", typeText = "", callText = "", rest = ""] = parts;
    const process = readProcess(readEdn(processText, line)[0]);
    if (process === "nemesis") continue;
    const type = readName("type", readEdn(typeText, line)[0], eventTypes);
    const call = readName("f", readEdn(callText, line)[0], calls);
    // An error may follow the value or stand in its place, in words that are not EDN.
    const isAnswered = type === "invoke" || type === "ok";
    const [value] = isAnswered ? readEdn(rest.split("\t", 1)[0] ?? "", line) : [];
    events.push({
      line,
      process,
      type,
      call,
      key: undefined,
      value: value ?? { kind: "nil", line },
    });
  }
  return events;
}

export interface PairedEvents<Call extends string> {
  readonly invocation: JepsenEvent<Call>;
  readonly calledAt: number;
  /** Undefined when the history ends first. */
  readonly completion: JepsenEvent<Call> | undefined;
  /** Infinity without a completion. */
  readonly settledAt: number;
}

/** Every invocation with its completion, in the order of the invocations. */
export function pairEvents<Call extends string>(
  events: readonly JepsenEvent<Call>[],
): PairedEvents<Call>[] {
  const pairs: PairedEvents<Call>[] = [];
  const places = new Map<number, number>();
  for (const [time, event] of events.entries()) {
    const place = places.get(event.process);
    const pending = place === undefined ? undefined : pairs[place];
    if (event.type === "invoke") {
      if (pending !== undefined) {
        throw new MalformedHistoryError(
          event.line,
          `process ${event.process} to settle what it invoked on line ${pending.invocation.line}`,
          `:invoke :${event.call}`,
        );
      }
      places.set(event.process, pairs.length);
      pairs.push({
        invocation: event,
        calledAt: time,
        completion: undefined,
        settledAt: Infinity,
      });
      continue;
    }
    if (place === undefined || pending === undefined) {
      throw new MalformedHistoryError(
        event.line,
        `process ${event.process} to invoke before it settles`,
        `:${event.type} :${event.call}`,
      );
    }
    if (pending.invocation.call !== event.call) {
      throw new MalformedHistoryError(
        event.line,
        `process ${event.process} to settle the :${pending.invocation.call} of line ${pending.invocation.line}`,
        `:${event.type} :${event.call}`,
      );
    }
    places.delete(event.process);
    pairs[place] = { ...pending, completion: event, settledAt: time };
  }
  return pairs;
}

function readProcess(datum: Datum | undefined): number | "nemesis" {
  if (nameOf(datum) === "nemesis") return "nemesis";
  const process = datum?.kind === "number" ? Number(datum.text) : Number.NaN;
  if (Number.isSafeInteger(process) && process >= 0) return process;
  throw new MalformedHistoryError(
    datum?.line ?? 1,
    "the process to be a whole number or :nemesis",
    describeDatum(datum),
  );
}

function readName<Name extends string>(
  field: string,
  datum: Datum | undefined,
  names: readonly Name[],
): Name {
  const name = names.find((candidate) => nameOf(datum) === candidate);
  if (name !== undefined) return name;
  throw new MalformedHistoryError(
    datum?.line ?? 1,
    `:${field} to be one of ${names.join(", ")}`,
    describeDatum(datum),
  );
}

/** Keywords, and in JSON strings. */
export function nameOf(datum: Datum | undefined): string | undefined {
  if (datum?.kind === "keyword") return datum.name;
  return datum?.kind === "string" ? datum.value.replace(/^:/, "") : undefined;
}

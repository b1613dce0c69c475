/**
 * Histories as Jepsen and the tools around it write them: a list of events, of which an `invoke` and the `ok`, `fail` or
 * `info` that follows it on the same process make one operation. The order of the events is their time.
 *
 * - `fail`: took no effect. `info`, or never completed: may take effect at any later time, or never.
 * - Events of the nemesis are no operations.
 * - A read that answers nil saw no value. (Knossos lets such a read match any value.)
 * - Keys stand in a `:key` of their own, or in values that are `[key value]` tuples, all of them or none.
 */
import type { Datum } from "./datum.ts";
import { describeDatum, MalformedHistoryError, shorten } from "./datum.ts";
import { readEdn } from "./edn.ts";
import type { Answer } from "./models.ts";
import type { CallName, RecordedOperation, RecordedTexts } from "./recorded-operation.ts";
import { callNames, ValueTexts } from "./recorded-operation.ts";

const eventTypes = ["invoke", "ok", "fail", "info"] as const;

export interface JepsenEvent {
  readonly line: number;
  readonly process: number;
  readonly type: (typeof eventTypes)[number];
  readonly call: CallName;
  readonly key: Datum | undefined;
  readonly value: Datum;
}

/** The maps of an EDN or JSON history, without those of the nemesis. */
export function eventsOfMaps(values: readonly Datum[]): JepsenEvent[] {
  const [first] = values;
  const maps = values.length === 1 && first?.kind === "sequence" ? first.items : values;
  const events: JepsenEvent[] = [];
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
    const process = readProcess(required("process"));
    if (process === "nemesis") continue;
    const type = readName("type", required("type"), eventTypes);
    const call = readName("f", required("f"), callNames);
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

/** The lines `0 :invoke :write 3`, with or without what the logger puts before them. */
export function eventsOfLog(text: string): JepsenEvent[] {
  const events: JepsenEvent[] = [];
  for (const [index, lineText] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const parts = eventLine.exec(lineText);
    if (parts === null) {
      if (otherLogLine.test(lineText)) continue;
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
    const call = readName("f", readEdn(callText, line)[0], callNames);
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

interface Invocation {
  readonly event: JepsenEvent;
  readonly calledAt: number;
}

/** Pairs every invocation with its completion. */
export function operationsOfEvents(events: readonly JepsenEvent[]): RecordedOperation[] {
  const texts: RecordedTexts = { keys: new ValueTexts(), values: new ValueTexts() };
  const isTuple = (event: JepsenEvent): boolean => tupleOf(event) !== undefined;
  const keyed = events[0] !== undefined && isTuple(events[0]);
  const operations: RecordedOperation[] = [];
  const places = new Map<number, { invocation: Invocation; place: number }>();

  for (const [time, event] of events.entries()) {
    const pending = places.get(event.process);
    if (event.type === "invoke") {
      if (pending !== undefined) {
        throw new MalformedHistoryError(
          event.line,
          `process ${event.process} to settle what it invoked on line ${pending.invocation.event.line}`,
          `:invoke :${event.call}`,
        );
      }
      if (isTuple(event) !== keyed) {
        throw new MalformedHistoryError(
          event.value.line,
          keyed
            ? "a [key value] tuple, as in the first operation"
            : "a value without a key, as in the first operation",
          describeDatum(event.value),
        );
      }
      const invocation = { event, calledAt: time };
      places.set(event.process, { invocation, place: operations.length });
      operations.push(operationOf(invocation, undefined, Infinity, texts));
      continue;
    }
    if (pending === undefined) {
      throw new MalformedHistoryError(
        event.line,
        `process ${event.process} to invoke before it settles`,
        `:${event.type} :${event.call}`,
      );
    }
    const { invocation, place } = pending;
    if (invocation.event.call !== event.call) {
      throw new MalformedHistoryError(
        event.line,
        `process ${event.process} to settle the :${invocation.event.call} of line ${invocation.event.line}`,
        `:${event.type} :${event.call}`,
      );
    }
    places.delete(event.process);
    operations[place] = operationOf(invocation, event, time, texts);
  }
  return operations;
}

function operationOf(
  { event, calledAt }: Invocation,
  completion: JepsenEvent | undefined,
  completedAt: number,
  texts: RecordedTexts,
): RecordedOperation {
  const { line, process, call } = event;
  const { key, value } = keyAndValue(event, event);
  const outcome =
    completion?.type === "ok" ? "ok" : completion?.type === "fail" ? "failed" : "maybe";
  return {
    line,
    client: process,
    call,
    key: key === undefined ? "" : texts.keys.text(key),
    ...argumentsOf(call, value, texts),
    output:
      outcome === "ok" && completion !== undefined
        ? answerOf(call, completion, event, texts)
        : undefined,
    calledAt,
    settledAt: outcome === "maybe" ? Infinity : completedAt,
    outcome,
  };
}

function argumentsOf(
  call: CallName,
  value: Datum,
  texts: RecordedTexts,
): Pick<RecordedOperation, "value" | "from" | "to"> {
  if (call === "read" || call === "get" || call === "delete") return {};
  if (call !== "cas") return { value: texts.values.value(value) };
  const [from, to, ...more] = value.kind === "sequence" ? value.items : [];
  if (from === undefined || to === undefined || more.length > 0) {
    throw new MalformedHistoryError(
      value.line,
      "the value of a cas to be [from to]",
      describeDatum(value),
    );
  }
  return { from: texts.values.value(from), to: texts.values.value(to) };
}

function answerOf(
  call: CallName,
  completion: JepsenEvent,
  invocation: JepsenEvent,
  texts: RecordedTexts,
): Answer | undefined {
  if (call === "cas") return true;
  if (call !== "read" && call !== "get") return undefined;
  const { key, value } = keyAndValue(completion, invocation);
  const invokedKey = keyAndValue(invocation, invocation).key;
  if (
    key !== undefined &&
    invokedKey !== undefined &&
    texts.keys.text(key) !== texts.keys.text(invokedKey)
  ) {
    throw new MalformedHistoryError(
      key.line,
      `the key ${describeDatum(invokedKey)} of line ${invocation.line}`,
      describeDatum(key),
    );
  }
  return texts.values.value(value);
}

/** The key and the value of an event, which has a tuple if its invocation has one. */
function keyAndValue(
  event: JepsenEvent,
  invocation: JepsenEvent,
): { key: Datum | undefined; value: Datum } {
  if (tupleOf(invocation) === undefined) return { key: event.key, value: event.value };
  const tuple = tupleOf(event);
  if (tuple === undefined) {
    throw new MalformedHistoryError(
      event.value.line,
      "a [key value] tuple",
      describeDatum(event.value),
    );
  }
  return { key: tuple[0], value: tuple[1] };
}

/** `[key value]`; of a cas, `[key [from to]]`. */
function tupleOf({ call, key, value }: JepsenEvent): [key: Datum, value: Datum] | undefined {
  if (key !== undefined || value.kind !== "sequence") return undefined;
  const [first, second, ...more] = value.items;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  return call === "cas" && second.kind !== "sequence" ? undefined : [first, second];
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
function nameOf(datum: Datum | undefined): string | undefined {
  if (datum?.kind === "keyword") return datum.name;
  return datum?.kind === "string" ? datum.value.replace(/^:/, "") : undefined;
}

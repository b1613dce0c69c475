/**
 * Histories of single operations as Jepsen and the tools around it write them.
 *
 * - `fail`: took no effect. `info`, or never completed: may take effect at any later time, or never.
 * - A read that answers nil saw no value. (Knossos lets such a read match any value.)
 * - Keys stand in a `:key` of their own, or in values that are `[key value]` tuples, all of them or none.
 */
import type { Datum } from "../history-text/datum.ts";
import { describeDatum, MalformedHistoryError } from "../history-text/datum.ts";
import type { JepsenEvent, PairedEvents } from "../history-text/jepsen-events.ts";
import { pairEvents } from "../history-text/jepsen-events.ts";
import { ValueTexts } from "../history-text/value-texts.ts";
import type { Answer } from "./models.ts";
import type { CallName, RecordedOperation, RecordedTexts } from "./recorded-operation.ts";

type CallEvent = JepsenEvent<CallName>;

export function operationsOfEvents(events: readonly CallEvent[]): RecordedOperation[] {
  const ofAnyKind = true;
  const texts: RecordedTexts = {
    keys: new ValueTexts({ ofAnyKind }),
    values: new ValueTexts({ ofAnyKind }),
  };
  const pairs = pairEvents(events);
  refuseSomeTuples(pairs.map(({ invocation }) => invocation));
  return pairs.map((pair) => operationOf(pair, texts));
}

/** Keys in tuples are a habit of the whole history or of none of it. */
function refuseSomeTuples(invocations: readonly CallEvent[]): void {
  const isTuple = (event: CallEvent): boolean => tupleOf(event) !== undefined;
  const [first] = invocations;
  const keyed = first !== undefined && isTuple(first);
  const stranger = invocations.find((event) => isTuple(event) !== keyed);
  if (stranger === undefined) return;
  throw new MalformedHistoryError(
    stranger.value.line,
    keyed
      ? "a [key value] tuple, as in the first operation"
      : "a value without a key, as in the first operation",
    describeDatum(stranger.value),
  );
}

function operationOf(
  { invocation, calledAt, completion, settledAt }: PairedEvents<CallName>,
  texts: RecordedTexts,
): RecordedOperation {
  const { line, process, call } = invocation;
  const { key, value } = keyAndValue(invocation, invocation);
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
        ? answerOf(call, completion, invocation, texts)
        : undefined,
    calledAt,
    settledAt: outcome === "maybe" ? Infinity : settledAt,
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
  completion: CallEvent,
  invocation: CallEvent,
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
  event: CallEvent,
  invocation: CallEvent,
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
function tupleOf({ call, key, value }: CallEvent): [key: Datum, value: Datum] | undefined {
  if (key !== undefined || value.kind !== "sequence") return undefined;
  const [first, second, ...more] = value.items;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  return call === "cas" && second.kind !== "sequence" ? undefined : [first, second];
}

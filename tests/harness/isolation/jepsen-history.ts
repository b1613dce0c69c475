/**
 * List-append histories as Jepsen and Elle write them: the value of every event is a transaction, and a transaction is a
 * sequence of `[:append key element]` and `[:r key elements]`, in which an invocation's reads are nil.
 *
 * - `fail`: did not commit. `info`, or never completed: may have committed, at any later time, and nobody saw its reads.
 * - In an `ok` a read of nil saw a list that nobody had appended to.
 * - A history of completions without invocations is one, too. Its transactions all overlap.
 */
import type { Datum } from "../history-text/datum.ts";
import { describeDatum, MalformedHistoryError } from "../history-text/datum.ts";
import type { JepsenEvent, PairedEvents } from "../history-text/jepsen-events.ts";
import { nameOf, pairEvents } from "../history-text/jepsen-events.ts";
import { ValueTexts } from "../history-text/value-texts.ts";
import type { RecordedTexts, RecordedTransaction } from "./recorded-transaction.ts";
import { itemsOf, readElements } from "./recorded-transaction.ts";
import type { ListOperation } from "./transaction.ts";

export function transactionsOfEvents(events: readonly JepsenEvent<"txn">[]): RecordedTransaction[] {
  const ofAnyKind = true;
  const texts: RecordedTexts = {
    keys: new ValueTexts({ ofAnyKind }),
    elements: new ValueTexts({ ofAnyKind }),
  };
  return pairsOf(events).map(({ invocation, calledAt, completion, settledAt }) => {
    const outcome =
      completion?.type === "ok" ? "ok" : completion?.type === "fail" ? "failed" : "maybe";
    const invoked = readOperations(invocation.value, { areAnswers: false }, texts);
    const isOk = completion?.type === "ok";
    const operations = isOk
      ? readOperations(completion.value, { areAnswers: true }, texts)
      : invoked;
    if (isOk) refuseOtherOperations(completion, invocation, operations, invoked);
    return {
      line: invocation.line,
      client: invocation.process,
      operations,
      calledAt,
      settledAt: outcome === "maybe" ? Infinity : settledAt,
      outcome,
    };
  });
}

/** Elle asks for the completions only, and its own examples have nothing else: nobody knows when they were called. */
function pairsOf(events: readonly JepsenEvent<"txn">[]): PairedEvents<"txn">[] {
  if (events.some(({ type }) => type === "invoke")) return pairEvents(events);
  return events.map((completion, time) => ({
    invocation: completion,
    calledAt: 0,
    completion,
    settledAt: time,
  }));
}

function readOperations(
  value: Datum,
  { areAnswers }: { areAnswers: boolean },
  texts: RecordedTexts,
): ListOperation[] {
  return itemsOf(value, "a transaction as a sequence of operations").map((datum) => {
    const [call, key, argument, ...more] = datum.kind === "sequence" ? datum.items : [];
    const name = nameOf(call);
    if (name === "r" && !areAnswers && key !== undefined && more.length === 0)
      return { call: "read", key: texts.keys.text(key), elements: undefined };
    if (key !== undefined && argument !== undefined && more.length === 0) {
      const keyText = texts.keys.text(key);
      if (name === "append")
        return { call: "append", key: keyText, element: texts.elements.text(argument) };
      if (name === "r") {
        const elements = argument.kind === "nil" ? [] : readElements(argument, texts);
        return { call: "read", key: keyText, elements };
      }
    }
    throw new MalformedHistoryError(
      datum.line,
      "[:append key element] or [:r key elements]",
      describeDatum(datum),
    );
  });
}

function refuseOtherOperations(
  completion: JepsenEvent<"txn">,
  invocation: JepsenEvent<"txn">,
  completed: readonly ListOperation[],
  invoked: readonly ListOperation[],
): void {
  const isSame = completed.every((operation, index) => {
    const other = invoked[index];
    return signatureOf(operation) === (other === undefined ? undefined : signatureOf(other));
  });
  if (isSame && completed.length === invoked.length) return;
  throw new MalformedHistoryError(
    completion.line,
    `the operations of the transaction that line ${invocation.line} invokes`,
    describeDatum(completion.value),
  );
}

function signatureOf(operation: ListOperation): string {
  if (operation.call === "append")
    return JSON.stringify([operation.call, operation.key, operation.element]);
  return JSON.stringify([operation.call, operation.call === "read" ? operation.key : ""]);
}

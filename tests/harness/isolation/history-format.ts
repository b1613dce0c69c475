/**
 * Reads a file of transactions over lists, whichever of the known formats it is in: the repository's own JSON, documented
 * in README.md beside this file, and list-append histories as Jepsen and Elle write them (EDN or JSON maps, log lines).
 *
 * A file that is none of these, or is one of them and broken, is refused with MalformedHistoryError: the line, what was
 * expected and what came. Nothing in a file is silently left out but events of the nemesis and lines of other loggers.
 */
import type { Datum } from "../history-text/datum.ts";
import { MalformedHistoryError, shorten } from "../history-text/datum.ts";
import { readEdn } from "../history-text/edn.ts";
import { eventsOfLog, eventsOfMaps, looksLikeLog } from "../history-text/jepsen-events.ts";
import { readJson } from "../history-text/json-with-lines.ts";
import { transactionsOfEvents } from "./jepsen-history.ts";
import { readJsonTransactions } from "./json-history.ts";
import type { RecordedTransaction } from "./recorded-transaction.ts";
import { describeText } from "./words.ts";

export { MalformedHistoryError } from "../history-text/datum.ts";

export type { RecordedTransaction } from "./recorded-transaction.ts";

export type HistoryFormat = "systems-katas JSON" | "Jepsen EDN" | "Jepsen JSON" | "Jepsen log";

export interface TransactionHistory {
  readonly format: HistoryFormat;
  readonly transactions: readonly RecordedTransaction[];
}

/** Brackets and then a field name or nothing; in EDN a keyword follows. */
const jsonStart = /^[[{][[{\s]*["\]}]/;
const ednStart = /^(?:[[({;]|#[\w{])/;
const calls = ["txn"] as const;

export function readTransactions(text: string): TransactionHistory {
  const history = readRecording(text.replace(/^\uFEFF/, ""));
  if (history.transactions.length === 0)
    throw new MalformedHistoryError(1, "at least one transaction", "none");
  refuseRepeatedAppends(history.transactions);
  return history;
}

function readRecording(text: string): TransactionHistory {
  const start = text.trimStart();
  if (start === "") throw new MalformedHistoryError(1, "a history", "an empty file");
  if (jsonStart.test(start)) return readJsonRecording(readJson(text));
  if (ednStart.test(start))
    return {
      format: "Jepsen EDN",
      transactions: transactionsOfEvents(eventsOfMaps(readEdn(text).map(withCall), calls)),
    };
  if (looksLikeLog(text))
    return { format: "Jepsen log", transactions: transactionsOfEvents(eventsOfLog(text, calls)) };
  const line = text.slice(0, text.length - start.length).split("\n").length;
  throw new MalformedHistoryError(
    line,
    "a history of transactions in JSON or EDN, or lines like “0 :invoke :txn [[:append 1 2]]”",
    shorten(start.split("\n", 1)[0] ?? ""),
  );
}

function readJsonRecording(values: readonly Datum[]): TransactionHistory {
  const [first] = values;
  const isArray = first?.kind === "sequence" && values.length === 1;
  const items = isArray ? first.items : values;
  const [sample] = items;
  if (sample?.kind === "map" && sample.entries.has("type"))
    return {
      format: "Jepsen JSON",
      transactions: transactionsOfEvents(eventsOfMaps(items.map(withCall), calls)),
    };
  return { format: "systems-katas JSON", transactions: readJsonTransactions(items) };
}

/** Elle does not ask for an `:f`, since every operation is a transaction. */
function withCall(datum: Datum): Datum {
  if (datum.kind === "sequence") return { ...datum, items: datum.items.map(withCall) };
  if (datum.kind !== "map" || datum.entries.has("f")) return datum;
  const call: Datum = { kind: "keyword", line: datum.line, name: "txn" };
  return { ...datum, entries: new Map([...datum.entries, ["f", call]]) };
}

function refuseRepeatedAppends(transactions: readonly RecordedTransaction[]): void {
  const lineOf = new Map<string, Map<string, number>>();
  for (const { line, operations } of transactions) {
    for (const operation of operations) {
      if (operation.call !== "append") continue;
      const { key, element } = operation;
      const lines = lineOf.get(key) ?? new Map<string, number>();
      lineOf.set(key, lines);
      const earlier = lines.get(element);
      if (earlier !== undefined)
        throw new MalformedHistoryError(
          line,
          "every element to be appended to a list once",
          `${describeText(element)} for ${describeText(key)} again, as on line ${earlier}`,
        );
      lines.set(element, line);
    }
  }
}

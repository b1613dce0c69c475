/**
 * Reads a history file, whichever of the known formats it is in: the repository's own JSON, documented in README.md
 * beside this file, and what Jepsen, Knossos and Porcupine publish (EDN or JSON maps, log lines).
 *
 * A file that is none of these, or is one of them and broken, is refused with MalformedHistoryError: the line, what was
 * expected and what came. Nothing in a file is silently left out but events of the nemesis and lines of other loggers.
 */
import type { Datum } from "../history-text/datum.ts";
import { MalformedHistoryError, shorten } from "../history-text/datum.ts";
import { readEdn } from "../history-text/edn.ts";
import { eventsOfLog, eventsOfMaps, looksLikeLog } from "../history-text/jepsen-events.ts";
import { readJson } from "../history-text/json-with-lines.ts";
import { operationsOfEvents } from "./jepsen-history.ts";
import { readJsonHistory } from "./json-history.ts";
import type { Operation } from "./judge.ts";
import type { Answer, KeyValueInput, RegisterInput, Value } from "./models.ts";
import type { ModelName, RecordedOperation } from "./recorded-operation.ts";
import { callNames, keyValueInputOf, modelOf, registerInputOf } from "./recorded-operation.ts";

export { MalformedHistoryError } from "../history-text/datum.ts";
export type { ModelName } from "./recorded-operation.ts";

export type HistoryFormat = "systems-katas JSON" | "Jepsen EDN" | "Jepsen JSON" | "Jepsen log";

interface HistoryOf<Name extends ModelName, Input> {
  readonly format: HistoryFormat;
  readonly model: Name;
  /** The value of every key at the beginning. */
  readonly initial: Value;
  readonly operations: readonly Operation<Input, Answer>[];
  /** The line on which each operation is called, in the order of `operations`. */
  readonly lines: readonly number[];
}

export type History = HistoryOf<"register", RegisterInput> | HistoryOf<"key-value", KeyValueInput>;

/** Brackets and then a field name or nothing; in EDN a keyword follows. */
const jsonStart = /^[[{][[{\s]*["\]}]/;
const ednStart = /^(?:[[({;]|#[\w{])/;

interface Recording {
  readonly format: HistoryFormat;
  readonly operations: readonly RecordedOperation[];
  readonly model?: ModelName | undefined;
  readonly initial: Value;
}

/** `model` overrides what the file says or its calls suggest; read and get, write and put then mean the same. */
export function readHistory(
  text: string,
  { model: wanted }: { model?: ModelName | undefined } = {},
): History {
  const { format, operations: recorded, model: declared, initial } = readRecording(text);
  const model = wanted ?? declared ?? modelOf(recorded);
  if (recorded.length === 0) throw new MalformedHistoryError(1, "at least one operation", "none");
  const lines = recorded.map(({ line }) => line);
  return model === "register"
    ? {
        format,
        model,
        initial,
        lines,
        operations: recorded.map((one) => operationOf(one, registerInputOf(one))),
      }
    : {
        format,
        model,
        initial,
        lines,
        operations: recorded.map((one) => operationOf(one, keyValueInputOf(one))),
      };
}

function readRecording(fileText: string): Recording {
  const text = fileText.replace(/^\uFEFF/, "");
  const start = text.trimStart();
  if (start === "") throw new MalformedHistoryError(1, "a history", "an empty file");
  if (jsonStart.test(start)) return readJsonRecording(readJson(text));
  if (ednStart.test(start))
    return recordingOf("Jepsen EDN", eventsOfMaps(readEdn(text), callNames));
  if (looksLikeLog(text)) return recordingOf("Jepsen log", eventsOfLog(text, callNames));
  const line = text.slice(0, text.length - start.length).split("\n").length;
  throw new MalformedHistoryError(
    line,
    "a history in JSON or EDN, or lines like “0 :invoke :write 3”",
    shorten(start.split("\n", 1)[0] ?? ""),
  );
}

function readJsonRecording(values: readonly Datum[]): Recording {
  const [first] = values;
  const sample = first?.kind === "sequence" ? first.items[0] : first;
  if (sample?.kind === "map" && sample.entries.has("type")) {
    return recordingOf("Jepsen JSON", eventsOfMaps(values, callNames));
  }
  return { format: "systems-katas JSON", ...readJsonHistory(values) };
}

function recordingOf(
  format: HistoryFormat,
  events: Parameters<typeof operationsOfEvents>[0],
): Recording {
  const operations = operationsOfEvents(events);
  return { format, operations, initial: initialValueOf(operations) };
}

/**
 * Stores like the one behind Porcupine's key-value histories answer "" for a key that was never put; others answer nil.
 * A history of gets in which nobody ever saw nil, nor deleted anything, is of the first kind.
 */
function initialValueOf(operations: readonly RecordedOperation[]): Value {
  const gets = operations.filter(({ call, outcome }) => call === "get" && outcome === "ok");
  const knowsAbsence =
    gets.some(({ output }) => output === null) || operations.some(({ call }) => call === "delete");
  return gets.length > 0 && !knowsAbsence ? "" : null;
}

function operationOf<Input>(recorded: RecordedOperation, input: Input): Operation<Input, Answer> {
  const { client, output, calledAt, outcome, settledAt } = recorded;
  return { client, input, output, calledAt, outcome, settledAt };
}

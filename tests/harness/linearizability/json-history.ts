/**
 * The repository's own history format: one JSON object an operation. README.md beside this file documents it.
 */
import type { Datum } from "../history-text/datum.ts";
import { describeDatum, MalformedHistoryError } from "../history-text/datum.ts";
import {
  readClient,
  readSettledAt,
  readTime,
  readWord,
  refuseUnknownFields,
} from "../history-text/json-fields.ts";
import { ValueTexts } from "../history-text/value-texts.ts";
import type { Answer, Value } from "./models.ts";
import type {
  CallName,
  ModelName,
  RecordedOperation,
  RecordedTexts,
} from "./recorded-operation.ts";
import { callNames } from "./recorded-operation.ts";

export interface JsonHistory {
  readonly operations: RecordedOperation[];
  readonly model: ModelName | undefined;
  readonly initial: Value;
}

const headerFields = ["model", "initial", "operations"];
const operationFields = [
  ...["client", "call", "key", "value", "from", "to"],
  ...["answer", "calledAt", "settledAt", "outcome"],
];
const argumentsOf: Readonly<Record<CallName, readonly string[]>> = {
  read: [],
  write: ["value"],
  cas: ["from", "to"],
  get: [],
  put: ["value"],
  delete: [],
  append: ["value"],
};

/** `values`: the objects of JSON Lines, or the one array or object that the file consists of. */
export function readJsonHistory(values: readonly Datum[]): JsonHistory {
  const [first, ...rest] = values;
  const texts: RecordedTexts = { keys: new ValueTexts(), values: new ValueTexts() };
  if (first?.kind === "sequence" && rest.length === 0) {
    return {
      operations: first.items.map((item) => readOperation(item, texts)),
      model: undefined,
      initial: null,
    };
  }
  if (first?.kind !== "map" || first.entries.has("call")) {
    return {
      operations: values.map((item) => readOperation(item, texts)),
      model: undefined,
      initial: null,
    };
  }
  refuseUnknownFields(first.entries, headerFields);
  const operations = first.entries.get("operations");
  if (operations !== undefined && operations.kind !== "sequence") {
    throw new MalformedHistoryError(
      operations.line,
      "`operations` to be an array",
      describeDatum(operations),
    );
  }
  return {
    model: readModel(first.entries.get("model")),
    initial: readInitial(first.entries.get("initial"), texts),
    operations: [...(operations?.items ?? []), ...rest].map((item) => readOperation(item, texts)),
  };
}

function readOperation(datum: Datum, texts: RecordedTexts): RecordedOperation {
  if (datum.kind !== "map") {
    throw new MalformedHistoryError(datum.line, "an operation as an object", describeDatum(datum));
  }
  const { line, entries: fields } = datum;
  const required = (name: string): Datum => {
    const field = fields.get(name);
    if (field === undefined)
      throw new MalformedHistoryError(line, `the field \`${name}\``, describeDatum(datum));
    return field;
  };
  refuseUnknownFields(fields, operationFields);
  const call = readWord("call", required("call"), callNames);
  for (const name of ["value", "from", "to"]) {
    const field = fields.get(name);
    if (argumentsOf[call].includes(name)) required(name);
    else if (field !== undefined)
      throw new MalformedHistoryError(
        field.line,
        `no \`${name}\` in a ${call}`,
        describeDatum(field),
      );
  }
  const calledAt = readTime("calledAt", required("calledAt"));
  const settledAt = readSettledAt(fields.get("settledAt"));
  const outcomeField = fields.get("outcome");
  const outcome =
    outcomeField === undefined
      ? settledAt === Infinity
        ? "maybe"
        : "ok"
      : readWord("outcome", outcomeField, ["ok", "maybe", "failed"] as const);
  if (outcome === "ok" && settledAt === Infinity) {
    throw new MalformedHistoryError(
      line,
      "`settledAt` in an operation that is ok",
      describeDatum(datum),
    );
  }
  if (settledAt < calledAt) {
    throw new MalformedHistoryError(
      line,
      `\`settledAt\` not before \`calledAt\` ${calledAt}`,
      String(settledAt),
    );
  }
  return {
    line,
    client: readClient(required("client")),
    call,
    key: fields.has("key") ? texts.keys.text(required("key")) : "",
    ...readArguments(call, required, texts),
    output: readAnswer(call, outcome, fields.get("answer"), line, texts),
    calledAt,
    settledAt,
    outcome,
  };
}

function readArguments(
  call: CallName,
  required: (name: string) => Datum,
  texts: RecordedTexts,
): Pick<RecordedOperation, "value" | "from" | "to"> {
  if (call === "cas")
    return { from: texts.values.value(required("from")), to: texts.values.value(required("to")) };
  return argumentsOf[call].includes("value")
    ? { value: texts.values.value(required("value")) }
    : {};
}

function readAnswer(
  call: CallName,
  outcome: RecordedOperation["outcome"],
  field: Datum | undefined,
  line: number,
  texts: RecordedTexts,
): Answer | undefined {
  if (field === undefined) {
    if (outcome === "ok" && (call === "read" || call === "get" || call === "cas")) {
      throw new MalformedHistoryError(line, `the \`answer\` of a ${call} that is ok`, "none");
    }
    return undefined;
  }
  if (call === "read" || call === "get") return texts.values.value(field);
  if ((call === "cas" || call === "delete") && field.kind === "boolean") return field.value;
  const expected =
    call === "cas" || call === "delete"
      ? "`answer` to be true or false"
      : `no \`answer\` in a ${call}`;
  throw new MalformedHistoryError(field.line, expected, describeDatum(field));
}

function readModel(field: Datum | undefined): ModelName | undefined {
  return field === undefined
    ? undefined
    : readWord("model", field, ["register", "key-value"] as const);
}

function readInitial(field: Datum | undefined, texts: RecordedTexts): Value {
  return field === undefined ? null : texts.values.value(field);
}

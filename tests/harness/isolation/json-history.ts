/** The repository's own format: one JSON object a transaction. README.md beside this file documents it. */
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
import type { RecordedTexts, RecordedTransaction } from "./recorded-transaction.ts";
import { itemsOf, readElements } from "./recorded-transaction.ts";
import type { ListOperation } from "./transaction.ts";

const fieldNames = ["name", "client", "operations", "calledAt", "settledAt", "outcome"];

export function readJsonTransactions(values: readonly Datum[]): RecordedTransaction[] {
  const texts: RecordedTexts = { keys: new ValueTexts(), elements: new ValueTexts() };
  return values.map((datum) => readTransaction(datum, texts));
}

function readTransaction(datum: Datum, texts: RecordedTexts): RecordedTransaction {
  if (datum.kind !== "map")
    throw new MalformedHistoryError(datum.line, "a transaction as an object", describeDatum(datum));
  const { line, entries: fields } = datum;
  refuseUnknownFields(fields, fieldNames);
  const required = (name: string): Datum => {
    const field = fields.get(name);
    if (field === undefined)
      throw new MalformedHistoryError(line, `the field \`${name}\``, describeDatum(datum));
    return field;
  };
  const calledAt = readTime("calledAt", required("calledAt"));
  const settledAt = readSettledAt(fields.get("settledAt"));
  const outcomeField = fields.get("outcome");
  const outcome =
    outcomeField === undefined
      ? settledAt === Infinity
        ? "maybe"
        : "ok"
      : readWord("outcome", outcomeField, ["ok", "maybe", "failed"] as const);
  if (outcome === "ok" && settledAt === Infinity)
    throw new MalformedHistoryError(
      line,
      "`settledAt` in a transaction that is ok",
      describeDatum(datum),
    );
  if (settledAt < calledAt)
    throw new MalformedHistoryError(
      line,
      `\`settledAt\` not before \`calledAt\` ${calledAt}`,
      String(settledAt),
    );
  const name = fields.get("name");
  if (name !== undefined && name.kind !== "string")
    throw new MalformedHistoryError(name.line, "`name` to be a string", describeDatum(name));
  const operations = itemsOf(required("operations"), "`operations` to be an array").map((one) =>
    readOperation(one, outcome, texts),
  );
  return {
    line,
    client: readClient(required("client")),
    operations,
    calledAt,
    settledAt,
    outcome,
    ...(name === undefined ? {} : { name: name.value }),
  };
}

function readOperation(
  datum: Datum,
  outcome: RecordedTransaction["outcome"],
  texts: RecordedTexts,
): ListOperation {
  const [callDatum, ...rest] = datum.kind === "sequence" ? datum.items : [];
  const call = callDatum?.kind === "string" ? callDatum.value : undefined;
  const [key, argument, found, ...more] = rest;
  const mayBeUnseen = outcome !== "ok";
  if (key !== undefined && more.length === 0) {
    if (call === "append" && argument !== undefined && found === undefined)
      return {
        call,
        key: texts.keys.text(key),
        element: texts.elements.text(argument),
      };
    if (call === "read" && (mayBeUnseen || argument !== undefined) && found === undefined)
      return {
        call,
        key: texts.keys.text(key),
        elements:
          argument === undefined || argument.kind === "nil"
            ? undefined
            : readElements(argument, texts),
      };
    if (call === "range" && argument !== undefined && (mayBeUnseen || found !== undefined))
      return readRange(key, argument, found, texts);
  }
  throw new MalformedHistoryError(
    datum.line,
    '["append", key, element], ["read", key, elements] or ["range", from, to, found]',
    describeDatum(datum),
  );
}

function readRange(
  fromDatum: Datum,
  toDatum: Datum,
  foundDatum: Datum | undefined,
  texts: RecordedTexts,
): ListOperation {
  const from = texts.keys.text(fromDatum);
  const to = toDatum.kind === "nil" ? undefined : texts.keys.text(toDatum);
  if (foundDatum === undefined || foundDatum.kind === "nil")
    return { call: "range", from, to, found: undefined };
  if (foundDatum.kind !== "map")
    throw new MalformedHistoryError(
      foundDatum.line,
      "what a range found as an object, a field a key",
      describeDatum(foundDatum),
    );
  const found = new Map<string, readonly string[]>();
  for (const [key, elements] of foundDatum.entries) {
    if (key < from || (to !== undefined && key >= to))
      throw new MalformedHistoryError(
        elements.line,
        `only keys from ${describeDatum(fromDatum)}${to === undefined ? "" : ` and before ${describeDatum(toDatum)}`}`,
        JSON.stringify(key),
      );
    found.set(key, readElements(elements, texts));
  }
  return { call: "range", from, to, found };
}

/**
 * An operation as a file recorded it, before it is known whose model it belongs to, and its translation into the
 * vocabulary of a model.
 */
import type { Datum } from "./datum.ts";
import { describeDatum, MalformedHistoryError } from "./datum.ts";
import type { Operation } from "./judge.ts";
import type { Answer, KeyValueInput, RegisterInput, Value } from "./models.ts";

export type ModelName = "register" | "key-value";

export const callNames = ["read", "write", "cas", "get", "put", "delete", "append"] as const;
export type CallName = (typeof callNames)[number];

export interface RecordedOperation extends Omit<Operation<never, Answer>, "input"> {
  /** Where the call stands in the file. */
  readonly line: number;
  readonly call: CallName;
  readonly key: string;
  /** What is written, put or appended. */
  readonly value?: Value;
  /** What a cas expects, and what it replaces it by. */
  readonly from?: Value;
  readonly to?: Value;
}

/** The model whose calls these are, unless one was asked for. A file that mixes both vocabularies is refused. */
export function modelOf(operations: readonly RecordedOperation[]): ModelName {
  const isRegister = ({ call }: RecordedOperation): boolean =>
    call === "read" || call === "write" || call === "cas";
  const [first] = operations;
  if (first === undefined) throw new MalformedHistoryError(1, "at least one operation", "none");
  const stranger = operations.find((operation) => isRegister(operation) !== isRegister(first));
  if (stranger !== undefined) {
    throw new MalformedHistoryError(
      stranger.line,
      `a call of the same model as the “${first.call}” of line ${first.line}`,
      `“${stranger.call}”`,
    );
  }
  return isRegister(first) ? "register" : "key-value";
}

/** Reads a get as a read and a put as a write. */
export function registerInputOf({
  call,
  key,
  value,
  from,
  to,
  line,
}: RecordedOperation): RegisterInput {
  switch (call) {
    case "read":
    case "get":
      return { call: "read", key };
    case "write":
    case "put":
      return { call: "write", key, value: value ?? null };
    case "cas":
      return { call: "cas", key, from: from ?? null, to: to ?? null };
    default:
      throw new MalformedHistoryError(
        line,
        "a call that the register model knows (read, write, cas)",
        `“${call}”`,
      );
  }
}

/** Reads a read as a get and a write as a put. */
export function keyValueInputOf({ call, key, value, line }: RecordedOperation): KeyValueInput {
  switch (call) {
    case "read":
    case "get":
      return { call: "get", key };
    case "delete":
      return { call: "delete", key };
    case "write":
    case "put":
    case "append": {
      if (typeof value !== "string")
        throw new MalformedHistoryError(line, "a value to store", "nil");
      return { call: call === "append" ? "append" : "put", key, value };
    }
    case "cas":
      throw new MalformedHistoryError(
        line,
        "a call that the key-value model knows (get, put, delete, append)",
        "“cas”",
      );
  }
}

/**
 * Turns keys and values of a file into the strings that are judged. Strings stay as they are and numbers are taken as
 * written; should both give the same string in one file, it is refused, since 3 and "3" are not the same value.
 */
export class ValueTexts {
  readonly #seen = new Map<string, Datum>();

  /** `nil` is the absent value. */
  value(datum: Datum): Value {
    return datum.kind === "nil" ? null : this.text(datum);
  }

  text(datum: Datum): string {
    const text = scalarText(datum);
    if (text === undefined) {
      throw new MalformedHistoryError(datum.line, "a string or a number", describeDatum(datum));
    }
    const earlier = this.#seen.get(text);
    if (earlier === undefined) this.#seen.set(text, datum);
    else if (earlier.kind !== datum.kind) {
      throw new MalformedHistoryError(
        datum.line,
        `a ${earlier.kind} like the ${describeDatum(earlier)} of line ${earlier.line}`,
        `the ${datum.kind} ${describeDatum(datum)}`,
      );
    }
    return text;
  }
}

/** Keys and values are compared among themselves only. */
export interface RecordedTexts {
  readonly keys: ValueTexts;
  readonly values: ValueTexts;
}

function scalarText(datum: Datum): string | undefined {
  switch (datum.kind) {
    case "string":
      return datum.value;
    case "number":
      return datum.text;
    case "keyword":
      return `:${datum.name}`;
    case "boolean":
      return String(datum.value);
    default:
      return undefined;
  }
}

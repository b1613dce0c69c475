/**
 * An operation as a file recorded it, before it is known whose model it belongs to, and its translation into the
 * vocabulary of a model.
 */
import { MalformedHistoryError } from "../history-text/datum.ts";
import type { ValueTexts } from "../history-text/value-texts.ts";
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

/** Keys and values are compared among themselves only. */
export interface RecordedTexts {
  readonly keys: ValueTexts;
  readonly values: ValueTexts;
}

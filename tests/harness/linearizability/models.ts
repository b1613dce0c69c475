/**
 * The two sequential models that histories are judged against: a register and a key-value store, one string value a key.
 * `null` is the absent value; the empty string is a value like any other.
 */
import type { Model } from "./judge.ts";

/** The value of one key; null when absent. */
export type Value = string | null;

export type RegisterInput =
  | { readonly call: "read"; readonly key: string }
  | { readonly call: "write"; readonly key: string; readonly value: Value }
  | { readonly call: "cas"; readonly key: string; readonly from: Value; readonly to: Value };

export type KeyValueInput =
  | { readonly call: "get"; readonly key: string }
  | { readonly call: "put"; readonly key: string; readonly value: string }
  | { readonly call: "delete"; readonly key: string }
  /** Appending to an absent key creates it. */
  | { readonly call: "append"; readonly key: string; readonly value: string };

/**
 * What a read or get saw (null: absent); whether a cas replaced the value; whether a delete found something, where the
 * store says so. The other calls answer nothing.
 */
export type Answer = Value | boolean;

export const registerModel: Model<Value, RegisterInput, Answer> = {
  initial: null,
  partition: (input) => input.key,
  step(value, input, answer) {
    switch (input.call) {
      case "read":
        return answer === undefined || answer === value ? value : undefined;
      case "write":
        return input.value;
      case "cas": {
        const matches = value === input.from;
        if (answer !== undefined && answer !== matches) return undefined;
        return matches ? input.to : value;
      }
    }
  },
  fingerprint,
  neverChangesState: (input, answer) =>
    input.call === "read" || (input.call === "cas" && answer === false),
  effect(input) {
    switch (input.call) {
      case "read":
        return "read";
      case "write":
        return `write ${JSON.stringify(input.value)}`;
      case "cas":
        return `cas ${JSON.stringify([input.from, input.to])}`;
    }
  },
};

export const keyValueModel: Model<Value, KeyValueInput, Answer> = {
  initial: null,
  partition: (input) => input.key,
  step(value, input, answer) {
    switch (input.call) {
      case "get":
        return answer === undefined || answer === value ? value : undefined;
      case "put":
        return input.value;
      case "delete":
        return answer === undefined || answer === (value !== null) ? null : undefined;
      case "append":
        return value === null ? input.value : value + input.value;
    }
  },
  fingerprint,
  neverChangesState: (input, answer) =>
    input.call === "get" || (input.call === "delete" && answer === false),
  effect: (input) => ("value" in input ? `${input.call} ${input.value}` : input.call),
};

/** The same model, every key beginning with `value`. */
export function startingWith<Input>(
  model: Model<Value, Input, Answer>,
  value: Value,
): Model<Value, Input, Answer> {
  return { ...model, initial: value };
}

function fingerprint(value: Value): string {
  return value === null ? "" : `=${value}`;
}

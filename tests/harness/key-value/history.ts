/**
 * What the clients of one or more lives saw: each call, its answer, and the moments of both.
 */
import { errorCode } from "#platform/errors.ts";
import { describeError } from "../in-words.ts";
import type { CallWords } from "../on-disk/narrator.ts";
import { performOn, type StoreKata } from "./store-kata.ts";
import { describe, type Keyed, type Operation, shortValue, textWritten } from "./workload.ts";

export interface Call {
  readonly client: number;
  readonly operation: Operation;
  readonly calledAt: number;
  /** null while no answer has come. */
  answeredAt: number | null;
  outcome: "pending" | "ok" | "rejected";
  /** What a get answered, or an operation of the kata's own in words. */
  value: string | undefined;
  error: unknown;
}

export class History {
  readonly #kata: StoreKata;
  readonly calls: Call[] = [];
  /** Every event has a moment of its own. */
  now = 0;
  onCall: ((call: Call) => void) | null = null;
  onAnswer: ((call: Call) => void) | null = null;

  constructor(kata: StoreKata) {
    this.#kata = kata;
  }

  /** Performs an operation and records it. Resolves when it is answered, however. */
  async perform(store: unknown, client: number, operation: Operation): Promise<Call> {
    const call: Call = {
      client,
      operation,
      calledAt: ++this.now,
      answeredAt: null,
      outcome: "pending",
      value: undefined,
      error: undefined,
    };
    this.calls.push(call);
    this.onCall?.(call);
    try {
      const answer = await performOn(this.#kata, store, operation);
      call.outcome = "ok";
      call.value = answer;
    } catch (error) {
      call.outcome = "rejected";
      call.error = error;
    }
    call.answeredAt = ++this.now;
    this.onAnswer?.(call);
    return call;
  }
}

/** What a write leaves under its key: its value, or undefined for a delete. */
export function written(operation: Operation): string | undefined {
  return isWrite(operation) && operation.kind !== "delete" ? textWritten(operation) : undefined;
}

export function isWrite(
  operation: Operation,
): operation is Extract<Keyed, { kind: "put" | "put-text" | "delete" }> {
  return operation.kind === "put" || operation.kind === "put-text" || operation.kind === "delete";
}

/** Whether a rejected call promises that it had no effect. */
export function hadNoEffect(error: unknown): boolean {
  const code = errorCode(error);
  return code === "INVALID_ARGUMENT" || code === "CLOSED" || code === "OVERLOADED";
}

/** Calls as a narrator tells them. */
export const callWords: CallWords<Call> = {
  clientOf: ({ client }) => client,
  describe: ({ operation }) => describe(operation),
  answerOf({ operation, outcome, value, error }) {
    if (outcome === "rejected") return `rejected ${describeError(error)}`;
    if (outcome === "pending") return "never answered";
    if (operation.kind === "get") return `answered ${shortValue(value)}`;
    return `answered ${value ?? "ok"}`;
  },
  // What has shown something was a read.
  isKept: ({ operation, outcome, value }) =>
    outcome === "ok" && operation.kind !== "get" && value === undefined,
  // Its number, and not the end of a longer one.
  isAmong: ({ operation }, bytes) =>
    isWrite(operation) &&
    operation.kind === "put" &&
    new RegExp(`(?<!\\d)${operation.value}:`).test(bytes),
};

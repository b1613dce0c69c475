/**
 * What the clients of one or more lives saw: each call, its answer, and the moments of both.
 */
import { errorCode } from "#platform/errors.ts";
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { keyBytes, type Operation, textOf, valueBytes, valueText } from "./workload.ts";

export { describeError } from "../harness/in-words.ts";

export interface Call {
  readonly client: number;
  readonly operation: Operation;
  readonly calledAt: number;
  /** null while no answer has come. */
  answeredAt: number | null;
  outcome: "pending" | "ok" | "rejected";
  /** What a get answered. */
  value: string | undefined;
  error: unknown;
}

export class History {
  readonly calls: Call[] = [];
  /** Every event has a moment of its own. */
  now = 0;
  onCall: ((call: Call) => void) | null = null;
  onAnswer: ((call: Call) => void) | null = null;

  /** Performs an operation and records it. Resolves when it is answered, however. */
  async perform(store: DurableKv, client: number, operation: Operation): Promise<Call> {
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
      const answer = await performOn(store, operation);
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

/** Calls the store; resolves with the text of a value for a get, else with undefined. */
export async function performOn(
  store: DurableKv,
  operation: Operation,
): Promise<string | undefined> {
  if (operation.kind === "get") {
    const value = await store.get(keyBytes(operation.key));
    if (value === undefined) return undefined;
    if (!(value instanceof Uint8Array))
      throw new TypeError(`Expected get to answer with bytes or undefined, got ${typeof value}.`);
    return textOf(value);
  }
  if (operation.kind === "put")
    await store.put(keyBytes(operation.key), valueBytes(operation.value, operation.size));
  else if (operation.kind === "put-text")
    await store.put(keyBytes(operation.key), Buffer.from(operation.text, "latin1"));
  else if (operation.kind === "delete") await store.delete(keyBytes(operation.key));
  else if (operation.kind === "compact") await store.compact();
  else if (operation.kind === "close") await store.close();
  return undefined;
}

/** What a write leaves under its key: its value, or undefined for a delete. */
export function written(operation: Operation): string | undefined {
  if (operation.kind === "put-text") return operation.text;
  return operation.kind === "put" ? valueText(operation.value, operation.size) : undefined;
}

export function isWrite(
  operation: Operation,
): operation is Extract<Operation, { kind: "put" | "put-text" | "delete" }> {
  return operation.kind === "put" || operation.kind === "put-text" || operation.kind === "delete";
}

/** Whether a rejected call promises that it had no effect. */
export function hadNoEffect(error: unknown): boolean {
  const code = errorCode(error);
  return code === "INVALID_ARGUMENT" || code === "CLOSED" || code === "OVERLOADED";
}

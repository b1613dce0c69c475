/**
 * What a store may answer, given what its clients have seen.
 *
 * After a crash a key may show the value of a write that could have been the last one: a write that was
 * answered before another answered write was called cannot; one that was cut off or rejected can.
 * With reads, the answers that clients got before the crash count too.
 */
import {
  judgeLinearizability,
  type Operation as TimedOperation,
} from "../linearizability/judge.ts";
import { keyValueModel, type Answer, type KeyValueInput } from "../linearizability/models.ts";
import { type Call, hadNoEffect, type History, isWrite, written } from "./history.ts";

const nodesMax = 200_000;

export class Judgement {
  readonly #history: History;
  /** Verdicts about reads; the key holds everything that they depend on. */
  readonly #memo = new Map<string, boolean>();

  constructor(history: History) {
    this.#history = history;
  }

  /** Whether the writes alone allow that `key` shows `value` after a crash at this moment. */
  writesAllow(key: string, value: string | undefined): boolean {
    let latestCallOfAnswered = -1;
    for (const call of this.#history.calls) {
      if (call.outcome === "ok" && isWriteTo(call, key))
        latestCallOfAnswered = Math.max(latestCallOfAnswered, call.calledAt);
    }
    if (value === undefined && latestCallOfAnswered === -1) return true;
    return this.#history.calls.some((call) => {
      if (!isWriteTo(call, key) || written(call.operation) !== value) return false;
      if (call.outcome === "ok") return (call.answeredAt ?? 0) > latestCallOfAnswered;
      return call.outcome === "pending" || !hadNoEffect(call.error);
    });
  }

  /** Whether the reads that were answered allow it, too. */
  readsAllow(key: string, value: string | undefined): boolean {
    const now = this.#history.now;
    const calls = this.#history.calls.filter((call) => call.operation.key === key);
    if (!calls.some((call) => call.operation.kind === "get" && call.outcome === "ok")) return true;
    const answered = calls.filter((call) => call.answeredAt !== null).length;
    const memoKey = `${key}/${calls.length}/${answered}/${calls.at(-1)?.calledAt ?? 0}/${value ?? "-"}`;
    const known = this.#memo.get(memoKey);
    if (known !== undefined) return known;
    const timed = calls.flatMap((call) => timedOperation(call, now + 1));
    const isLegal = (operations: typeof timed): boolean =>
      judgeLinearizability(keyValueModel, operations, { nodesMax }).verdict !== "illegal";
    // Reads that contradict each other before any crash are not the crash's doing.
    const allowed = isLegal([...timed, readOf(key, value, now + 2)]) || !isLegal(timed);
    this.#memo.set(memoKey, allowed);
    return allowed;
  }

  /** Whether somebody, at any time, wrote this value to the key or deleted it. */
  everWritten(key: string, value: string | undefined): boolean {
    return (
      value === undefined ||
      this.#history.calls.some((call) => isWriteTo(call, key) && written(call.operation) === value)
    );
  }

  /** Judges the answers of one life as they stand. */
  live(): "ok" | "illegal" | "undecided" {
    return this.#judge().verdict;
  }

  /** The call that cannot be placed, for the picture. */
  offender(): Call | undefined {
    const verdict = this.#judge();
    if (verdict.verdict === "ok") return undefined;
    return this.#history.calls.find((call) => call.calledAt === verdict.unplaced.calledAt);
  }

  #judge(): ReturnType<
    typeof judgeLinearizability<Answer & (string | null), KeyValueInput, Answer>
  > {
    const timed = this.#history.calls.flatMap((call) => timedOperation(call, Infinity));
    return judgeLinearizability(keyValueModel, timed, { nodesMax });
  }
}

function isWriteTo(call: Call, key: string): boolean {
  return isWrite(call.operation) && call.operation.key === key;
}

/** A call as the judge sees it; none for those that promise to have had no effect and for those without a key. */
function timedOperation(call: Call, windowEnd: number): TimedOperation<KeyValueInput, Answer>[] {
  const { operation, calledAt, client } = call;
  if (operation.key === undefined) return [];
  const settled = { client, calledAt, settledAt: call.answeredAt ?? windowEnd };
  if (operation.kind === "get") {
    if (call.outcome !== "ok") return [];
    const input: KeyValueInput = { call: "get", key: operation.key };
    return [{ ...settled, input, output: call.value ?? null, outcome: "ok" }];
  }
  const value = written(operation);
  const input: KeyValueInput =
    value === undefined
      ? { call: "delete", key: operation.key }
      : { call: "put", key: operation.key, value };
  if (call.outcome === "ok") return [{ ...settled, input, output: undefined, outcome: "ok" }];
  if (call.outcome === "rejected" && hadNoEffect(call.error)) return [];
  return [{ client, calledAt, settledAt: windowEnd, input, output: undefined, outcome: "maybe" }];
}

function readOf(
  key: string,
  value: string | undefined,
  at: number,
): TimedOperation<KeyValueInput, Answer> {
  const input: KeyValueInput = { call: "get", key };
  return { client: -1, input, output: value ?? null, calledAt: at, settledAt: at, outcome: "ok" };
}

/**
 * Judging overlapping calls of which some are ranges: each must look as if it had happened at one moment between its
 * call and its answer. A range touches every key, so all keys are one history.
 */
import type { History } from "../harness/key-value/history.ts";
import { type Call, hadNoEffect, isWrite, written } from "../harness/key-value/history.ts";
import type { LiveViolation } from "../harness/key-value/hunt.ts";
import { liveHistory } from "../harness/key-value/live.ts";
import { describe, type Operation, shortValue } from "../harness/key-value/workload.ts";
import {
  judgeLinearizability,
  type Model,
  type Operation as TimedOperation,
} from "../harness/linearizability/judge.ts";
import { Model as SortedMap } from "./model.ts";

const nodesMax = 50_000;

/** What the tree holds, in words: "a=1 b=3". */
type State = string;

const model: Model<State, Operation, string> = {
  initial: "",
  partition: () => "tree",
  step(state, operation, answer) {
    if (isWrite(operation)) return withWrite(state, operation.key, written(operation));
    const shown =
      operation.key === undefined
        ? textWithin(state, operation.given ?? [])
        : (pairsOf(state).get(operation.key) ?? "undefined");
    return answer === undefined || shown === answer ? state : undefined;
  },
  fingerprint: (state) => state,
  neverChangesState: (operation) => !isWrite(operation),
  effect: describe,
};

/** What is wrong with the answers of a life, as a hunt's `live` wants it. */
export function liveWithRanges(history: History): LiveViolation | null {
  if (!history.calls.some(({ operation }) => operation.kind === "range"))
    return liveHistory(history);
  const verdict = judgeLinearizability(model, history.calls.flatMap(timed), { nodesMax });
  if (verdict.verdict !== "illegal") return null;
  const offender = history.calls.find(({ calledAt }) => calledAt === verdict.unplaced.calledAt);
  const what = offender === undefined ? "An answer" : describe(offender.operation);
  const answer = offender?.value === undefined ? "" : ` answered ${inWords(offender)},`;
  return {
    offender,
    expected: "which no order of the calls explains",
    therefore: `${what}${answer} which no order of the calls explains.`,
  };
}

function inWords({ operation, value }: Call): string {
  if (operation.kind === "get") return shortValue(value);
  return value === "" ? "nothing" : (value ?? "");
}

function timed(call: Call): TimedOperation<Operation, string>[] {
  const { operation, client, calledAt, outcome, error } = call;
  const settledAt = call.answeredAt ?? Infinity;
  const common = { client, calledAt, settledAt, input: operation };
  if (isWrite(operation)) {
    if (outcome === "ok") return [{ ...common, output: undefined, outcome: "ok" }];
    if (outcome === "rejected" && hadNoEffect(error)) return [];
    return [{ ...common, settledAt: Infinity, output: undefined, outcome: "maybe" }];
  }
  if (outcome !== "ok" || (operation.kind !== "get" && operation.kind !== "range")) return [];
  const output = operation.kind === "get" ? shortValue(call.value) : (call.value ?? "");
  return [{ ...common, output, outcome: "ok" }];
}

function pairsOf(state: State): Map<string, string> {
  if (state === "") return new Map();
  return new Map(
    state.split(" ").map((pair) => {
      const at = pair.lastIndexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function withWrite(state: State, key: string, value: string | undefined): State {
  const pairs = pairsOf(state);
  if (value === undefined) pairs.delete(key);
  else pairs.set(key, shortValue(value));
  return textOf(pairs, {});
}

function textWithin(state: State, [start, end]: readonly string[]): string {
  return textOf(pairsOf(state), { start, end });
}

function textOf(
  pairs: ReadonlyMap<string, string>,
  bounds: { start?: string | undefined; end?: string | undefined },
): string {
  const sorted = new SortedMap();
  for (const [key, value] of pairs) sorted.set(key, value);
  return sorted
    .range(bounds)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

/**
 * Judging the answers of one life, and finding the write that a key's value must come from.
 */
import type { LiveViolation } from "./hunt.ts";
import { describeError } from "../in-words.ts";
import { type Call, type History, isWrite } from "./history.ts";
import { Judgement } from "./judgement.ts";
import { describe, shortValue } from "./workload.ts";

/** What is wrong with the answers of a life, as a hunt's `live` wants it. */
export function liveHistory(history: History): LiveViolation | null {
  const judgement = new Judgement(history);
  if (judgement.live() !== "illegal") return null;
  const offender = judgement.offender();
  const read = offender ?? history.calls.findLast((call) => call.operation.kind === "get");
  const answer = read === undefined ? "" : ` answered ${shortValue(read.value)}`;
  const what = read === undefined ? "An answer" : `${describe(read.operation)}${answer}, which`;
  return {
    offender: read,
    expected: "which no order of the calls explains",
    therefore: `${what} no order of the calls explains.`,
  };
}

export function lastAnsweredWrite(history: History, key: string): Call | undefined {
  return history.calls.findLast(
    (call) => call.outcome === "ok" && isWrite(call.operation) && call.operation.key === key,
  );
}

/** Calls made before close must be carried out, and answered before close is; later ones are refused. */
export function closeWaited(history: History): LiveViolation | null {
  const close = history.calls.find((call) => call.operation.kind === "close");
  if (close === undefined) return null;
  for (const call of history.calls) {
    if (call === close) continue;
    const what = describe(call.operation);
    if (call.calledAt > close.calledAt) {
      if (call.outcome !== "ok") continue;
      const therefore = `${what} was called after close and must reject with CLOSED, and it was answered.`;
      return { offender: call, expected: "although close was called before it", therefore };
    }
    if (call.outcome === "rejected") {
      const therefore = `${what} was called before close and must be carried out, and it rejected: ${describeError(call.error)}.`;
      return { offender: call, expected: "although close was called after it", therefore };
    }
    if (close.answeredAt !== null && (call.answeredAt ?? Infinity) > close.answeredAt) {
      const therefore = `${what} was called before close, and close was answered first.`;
      return { offender: close, expected: `before ${what}`, therefore };
    }
  }
  return null;
}

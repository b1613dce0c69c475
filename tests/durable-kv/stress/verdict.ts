import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import {
  keyText,
  type OnKey,
  type StressCalls,
  type StressPromises,
} from "../../harness/stress/key-value-verdict.ts";
import type { RecordedOperation } from "../../harness/stress/kill-cycles.ts";
import type { KvOperation } from "./operation.ts";

/** Which promise of this kata a strange run breaks, at the level and with the threads of the run. */
export interface Circumstances {
  level: number;
  threads: number;
  mayRefuse: (life: number) => boolean;
}

export function promisesUnder({
  level,
  threads,
  mayRefuse,
}: Circumstances): StressPromises<InvariantId, KvOperation> {
  const isCrowd = level >= 3 && threads > 1;
  return {
    ofOpen: (life, code) => {
      if (life === 0) return "durable-kv/last-write-wins";
      if (code === "LOCKED") return "durable-kv/one-owner-at-a-time";
      return level >= 2
        ? "durable-kv/opens-after-any-crash"
        : "durable-kv/answered-writes-outlive-the-process";
    },
    ofAnswers: isCrowd ? "durable-kv/every-call-is-answered" : "durable-kv/last-write-wins",
    ofCalls: isCrowd ? "durable-kv/calls-look-sequential" : "durable-kv/last-write-wins",
    ofMaintenance: ({ call }) =>
      call === "compact" ? "durable-kv/compaction-changes-no-read" : undefined,
    ofRefusal: "durable-kv/overload-is-refused",
    knowsRefusal: level >= 4,
    mayRefuse,
    ofStrangeValues: (phase) =>
      phase === "verify" && level >= 2
        ? "durable-kv/no-invented-values"
        : "durable-kv/bytes-come-back-exactly",
    ofCrash: (raced, lastAnswered) => {
      if (isCrowd && raced) return "durable-kv/races-survive-as-answered";
      return lastAnswered?.call === "delete"
        ? "durable-kv/deleted-stays-deleted"
        : "durable-kv/answered-writes-outlive-the-process";
    },
  };
}

export const calls: StressCalls<KvOperation> = {
  onKeys: (record) => (isOnKey(record) ? [record] : []),
  textOf: (operation) => (operation.call === "compact" ? "compact" : keyText(operation)),
};

function isOnKey(record: RecordedOperation<KvOperation>): record is OnKey {
  return record.operation.call !== "compact";
}

import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import {
  keyText,
  type OnKey,
  type StressCalls,
  type StressPromises,
} from "../../harness/stress/key-value-verdict.ts";
import type { RecordedOperation } from "../../harness/stress/kill-cycles.ts";
import { keysOf, type TreeOperation } from "./operation.ts";

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
}: Circumstances): StressPromises<InvariantId, TreeOperation> {
  const isCrowd = threads > 1;
  const sequential = isCrowd ? "lsm-tree/calls-look-sequential" : "lsm-tree/newest-wins";
  return {
    ofOpen: (life, code) => {
      if (life === 0 || level < 3) return "lsm-tree/an-empty-directory-is-an-empty-tree";
      return code === "LOCKED" ? "lsm-tree/one-owner-at-a-time" : "lsm-tree/opens-after-any-crash";
    },
    ofAnswers: isCrowd && level >= 3 ? "lsm-tree/every-call-is-answered" : sequential,
    ofCalls: isCrowd && level >= 5 ? "lsm-tree/compaction-looks-instant" : sequential,
    ofMaintenance: ({ call }) =>
      call === "compact" ? "lsm-tree/compaction-looks-instant" : undefined,
    ofRefusal: "lsm-tree/writers-are-pushed-back",
    knowsRefusal: level >= 5,
    mayRefuse,
    ofStrangeValues: (phase) =>
      phase === "verify" ? "lsm-tree/opens-after-any-crash" : "lsm-tree/strings-come-back-exactly",
    ofCrash: (raced) =>
      isCrowd && raced ? "lsm-tree/races-survive-as-answered" : "lsm-tree/acked-writes-survive",
  };
}

export const calls: StressCalls<TreeOperation> = { onKeys, textOf };

/** A range is a get of each key that lies in it. */
function onKeys(record: RecordedOperation<TreeOperation>): OnKey[] {
  const { operation, reply } = record;
  if (operation.call === "flush" || operation.call === "compact") return [];
  if (operation.call !== "range") return [{ ...record, operation }];
  if (reply === undefined || !("answer" in reply)) return [];
  const entries = new Map(JSON.parse(reply.answer ?? "[]") as [string, string][]);
  const keys = new Set([...keysOf(operation.group), ...entries.keys()]);
  return [...keys].map((key) => ({
    ...record,
    operation: { call: "get", key },
    reply: { answer: entries.get(key) ?? null },
  }));
}

function textOf(operation: TreeOperation): string {
  switch (operation.call) {
    case "flush":
    case "compact":
      return operation.call;
    case "range":
      return `range of ${operation.group}`;
    default:
      return keyText(operation);
  }
}

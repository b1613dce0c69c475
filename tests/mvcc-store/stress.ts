import { fileURLToPath } from "node:url";
import type { Stress, StressVerdict } from "../harness/check.ts";
import {
  type RecordedOperation,
  runKillCycles,
  type StressTopic,
} from "../harness/stress/kill-cycles.ts";
import { accountsFrom, type StressParameters, type TransactionCall } from "./stress/operation.ts";
import { brokenPromises } from "./stress/verdict.ts";

/**
 * The store under real threads and real kills; the topology is drawn in harness/stress/kill-cycles.ts. From level 2,
 * unless the subject takes one commit at a time, eight client threads; below it one. Money moves between accounts that
 * together always hold the same, and lists grow whose histories are judged for isolation. From level 5 the store
 * stands on the real disk, and each life goes on where the last was killed; below it each life begins anew. Safety
 * only: nothing depends on order or speed.
 */
export const stress: Stress = async ({ subjectFile, seconds, seed, singleThreaded, level }) => {
  const threads = level >= 2 && !singleThreaded ? THREADS : 1;
  const recording = await runKillCycles(topicFor(level), { subjectFile, seconds, seed, threads });
  const broken = brokenPromises(recording, { level, threads });
  const operations = recording.records.filter(({ reply }) => reply !== undefined).length;
  const isShown = level >= DURABLE_LEVEL ? recording.killsProven > 0 : operations > 0;
  // On a machine so slow that nothing was answered, or no kill was followed by reading back, nothing has been shown.
  const shown: Pick<StressVerdict, "status" | "reason"> = isShown
    ? { status: "held" }
    : { status: "skipped", reason: notShown(recording.kills, seconds) };
  return {
    ...(broken.length === 0 ? shown : { status: "broken" as const }),
    broken,
    threads,
    seconds,
    operations,
    kills: recording.kills,
  };
};

function notShown(kills: number, seconds: number): string {
  const happened = kills === 0 ? "no process was killed" : "no kill was followed by reading back";
  return `in ${seconds} s ${happened}, the machine is too busy; try --stress-seconds ${2 * seconds}`;
}

const THREADS = 8;
const DURABLE_LEVEL = 5;

function topicFor(level: number): StressTopic<TransactionCall> {
  return {
    hostSource: fileURLToPath(new URL("stress/host.ts", import.meta.url)),
    clientSource: fileURLToPath(new URL("stress/client.ts", import.meta.url)),
    parameters: (life): StressParameters => ({ life, level }),
    betweenDiskCalls: false,
    verification: (records) => (level >= DURABLE_LEVEL ? readBack(records) : []),
  };
}

/** So many lists of those written lately are read back, a few in each transaction. */
const LISTS_READ = 120;
const LISTS_PER_LOOK = 6;

function readBack(records: readonly RecordedOperation<TransactionCall>[]): TransactionCall[] {
  const written = new Set<string>();
  for (const { operation } of records) {
    if (operation.call !== "append") continue;
    for (const [key] of operation.appends) {
      // The latest written stand last.
      written.delete(key);
      written.add(key);
    }
  }
  const keys = [...written].filter((key) => !key.startsWith(accountsFrom)).slice(-LISTS_READ);
  const looks: TransactionCall[] = [];
  for (let start = 0; start < keys.length; start += LISTS_PER_LOOK)
    looks.push({ call: "look", reads: keys.slice(start, start + LISTS_PER_LOOK) });
  return [{ call: "audit" }, ...looks];
}

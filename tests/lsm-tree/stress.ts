import { fileURLToPath } from "node:url";
import type { Stress, StressVerdict } from "../harness/check.ts";
import { brokenPromises } from "../harness/stress/key-value-verdict.ts";
import {
  runKillCycles,
  type RecordedOperation,
  type StressTopic,
} from "../harness/stress/kill-cycles.ts";
import type { TreeOperation, TreeParameters } from "./stress/operation.ts";
import { calls, promisesUnder } from "./stress/verdict.ts";

/**
 * The tree under real threads on a real disk; the topology is drawn in harness/stress/kill-cycles.ts. Eight client
 * threads, unless the subject takes one call at a time. Below level 3 each life has a directory of its own, as nobody
 * opens one a second time; from level 3 on kills and reopening are part of it. Memtables are small, so that they
 * become tables all the time. From level 5 clients call compact, the strategy changes from life to life, and the limit
 * of waiting writers is half the clients in every second one. Safety only: nothing depends on order or speed.
 */
export const stress: Stress = async ({ subjectFile, seconds, seed, singleThreaded, level }) => {
  const threads = singleThreaded ? 1 : THREADS;
  const recording = await runKillCycles(topicFor(level, threads), {
    subjectFile,
    seconds,
    seed,
    threads,
  });
  const broken = brokenPromises(
    recording,
    promisesUnder({
      level,
      threads,
      mayRefuse: (life) => level >= 5 && writersWaitingMax(life, threads) < threads,
    }),
    calls,
  );
  const operations = recording.records.filter(({ reply }) => reply !== undefined).length;
  // On a machine so slow that nothing was answered, or no kill followed by reading back, nothing has been shown.
  const isShown = level < RECOVERY_LEVEL ? operations > 0 : recording.killsProven > 0;
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
const RECOVERY_LEVEL = 3;

function topicFor(level: number, threads: number): StressTopic<TreeOperation> {
  return {
    hostSource: fileURLToPath(new URL("stress/host.ts", import.meta.url)),
    clientSource: fileURLToPath(new URL("stress/client.ts", import.meta.url)),
    parameters: (life): TreeParameters => ({
      ranges: level >= 2,
      compacts: level >= 5,
      ...(level < RECOVERY_LEVEL ? { ownDirectory: `life-${life}` } : {}),
      options: {
        memtableThreshold: MEMTABLE_THRESHOLDS[life % MEMTABLE_THRESHOLDS.length] ?? 1,
        ...(level >= 5
          ? {
              writersWaitingMax: writersWaitingMax(life, threads),
              compaction: life % 4 < 2 ? ("leveled" as const) : ("size-tiered" as const),
            }
          : {}),
      },
    }),
    betweenDiskCalls: false,
    verification: level < RECOVERY_LEVEL ? () => [] : readBack,
  };
}

const MEMTABLE_THRESHOLDS = [20, 5, 60];

function writersWaitingMax(life: number, threads: number): number {
  return life % 2 === 0 ? threads : Math.max(1, Math.floor(threads / 2));
}

/** The keys of a middle life: those written lately, and every so many of the older ones. */
const KEYS_READ_LATE = 300;
const OLDER_KEYS_READ_EVERY = 7;

function readBack(
  records: readonly RecordedOperation<TreeOperation>[],
  last: boolean,
): TreeOperation[] {
  const written = new Set<string>();
  for (const { operation } of records) {
    if (operation.call !== "put" && operation.call !== "delete") continue;
    // The latest written stand last.
    written.delete(operation.key);
    written.add(operation.key);
  }
  const keys = [...written].reverse();
  const read = last
    ? keys
    : keys.filter((_, index) => index < KEYS_READ_LATE || index % OLDER_KEYS_READ_EVERY === 0);
  return read.map((key) => ({ call: "get", key }));
}

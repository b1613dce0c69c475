import { fileURLToPath } from "node:url";
import type { Stress, StressVerdict } from "../harness/check.ts";
import { brokenPromises } from "../harness/stress/key-value-verdict.ts";
import {
  runKillCycles,
  type RecordedOperation,
  type StressTopic,
} from "../harness/stress/kill-cycles.ts";
import type { KvOperation, KvParameters } from "./stress/operation.ts";
import { calls, promisesUnder } from "./stress/verdict.ts";

/**
 * The store under real threads and real kills on a real disk; the topology is drawn in
 * harness/stress/kill-cycles.ts. From level 3, unless the subject takes one call at a time, eight client
 * threads; below it one. From level 4 the limit of waiting writers is half the clients in every second life,
 * and as many as the clients in the others, where no write may be refused. From level 5 segments are
 * small and clients call compact while others write. Safety only: nothing depends on order or speed.
 */
export const stress: Stress = async ({ subjectFile, seconds, seed, singleThreaded, level }) => {
  const threads = level >= 3 && !singleThreaded ? THREADS : 1;
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
      mayRefuse: (life) => level >= 4 && writersWaitingMax(life, threads) < threads,
    }),
    calls,
  );
  // On a machine so slow that no kill was followed by reading back, nothing has been shown.
  const shown: Pick<StressVerdict, "status" | "reason"> =
    recording.killsProven > 0
      ? { status: "held" }
      : { status: "skipped", reason: notShown(recording.kills, seconds) };
  return {
    ...(broken.length === 0 ? shown : { status: "broken" as const }),
    broken,
    threads,
    seconds,
    operations: recording.records.filter(({ reply }) => reply !== undefined).length,
    kills: recording.kills,
  };
};

function notShown(kills: number, seconds: number): string {
  const happened = kills === 0 ? "no process was killed" : "no kill was followed by reading back";
  return `in ${seconds} s ${happened}, the machine is too busy; try --stress-seconds ${2 * seconds}`;
}

const THREADS = 8;
const SEGMENT_BYTES = 16 * 1024;

function topicFor(level: number, threads: number): StressTopic<KvOperation> {
  return {
    hostSource: fileURLToPath(new URL("stress/host.ts", import.meta.url)),
    clientSource: fileURLToPath(new URL("stress/client.ts", import.meta.url)),
    parameters: (life): KvParameters => ({
      compacts: level >= 5,
      options: {
        ...(level >= 4 ? { writersWaitingMax: writersWaitingMax(life, threads) } : {}),
        ...(level >= 5 ? { segmentBytesMax: SEGMENT_BYTES } : {}),
      },
    }),
    // The brief of level 1 has every call to the disk happen or not; a real kill may tear one.
    betweenDiskCalls: level < 2,
    verification: readBack,
  };
}

function writersWaitingMax(life: number, threads: number): number {
  return life % 2 === 0 ? threads : Math.max(1, Math.floor(threads / 2));
}

/** The keys of a middle life: those written lately, and every so many of the older ones. */
const KEYS_READ_LATE = 300;
const OLDER_KEYS_READ_EVERY = 7;

function readBack(
  records: readonly RecordedOperation<KvOperation>[],
  last: boolean,
): KvOperation[] {
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

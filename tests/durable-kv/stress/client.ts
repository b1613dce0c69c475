import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Random } from "#platform/random.ts";
import { runClient, watchLife, type ClientWork } from "../../harness/stress/client.ts";
import type { ClientStart } from "../../harness/stress/life-plan.ts";
import { keyBytes, valueBytes, valueName } from "./names-as-bytes.ts";
import type { KvOperation, KvParameters } from "./operation.ts";

/**
 * The work of a client: puts, gets and deletes on few keys at a time, so that clients meet on them, and on
 * new keys every few hundred ticks, so that each key's history stays short enough to be judged in no time.
 * Every tenth operation goes back to older keys: what a crash did to them shows in new writes too.
 */
export function clientWork(parameters: unknown, random: Random): ClientWork<KvOperation> {
  const { compacts } = parameters as KvParameters;
  return {
    next(tick) {
      if (compacts && tick % TICKS_PER_COMPACTION === 0) return { call: "compact" };
      const age = random.below(10) === 0 ? 1 + random.below(AGE_MAX) : 0;
      const epoch = Math.max(0, Math.floor(tick / TICKS_PER_EPOCH) - age);
      const key = `e${epoch}-k${random.below(KEYS_PER_EPOCH)}`;
      const chance = random.below(100);
      if (chance < 30) return { call: "get", key };
      if (chance < (age === 0 ? 45 : 75)) return { call: "delete", key };
      return { call: "put", key, value: `v${tick}` };
    },

    request(operation) {
      if (operation.call === "compact") return operation;
      const key = keyBytes(operation.key);
      if (operation.call !== "put") return { call: operation.call, key };
      return { call: "put", key, value: valueBytes(operation.value) };
    },

    answer(operation, value) {
      return operation.call === "get" && value instanceof Uint8Array ? valueName(value) : null;
    },
  };
}

const KEYS_PER_EPOCH = 8;
const TICKS_PER_EPOCH = 320;
const AGE_MAX = 12;
const TICKS_PER_COMPACTION = 501;

if (!isMainThread && parentPort !== null) {
  const start = workerData as ClientStart;
  watchLife(start);
  runClient(start, parentPort, clientWork);
}

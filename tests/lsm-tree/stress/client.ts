import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Random } from "#platform/random.ts";
import { runClient, watchLife, type ClientWork } from "../../harness/stress/client.ts";
import type { ClientStart } from "../../harness/stress/life-plan.ts";
import { boundsOf, keyName, keyString, valueName, valueString } from "./names-as-strings.ts";
import {
  KEYS_OF_GROUP,
  type TreeOperation,
  type TreeParameters,
  type TreeRequest,
} from "./operation.ts";

/**
 * The work of a client: puts, gets, deletes and ranges on few keys at a time, so that clients meet on them, and on
 * new keys every few hundred ticks, so that each key's history stays short enough to be judged in no time. Every
 * tenth operation goes back to older keys: what a crash did to them shows in new writes too.
 */
export function clientWork(parameters: unknown, random: Random): ClientWork<TreeOperation> {
  const { ranges, compacts, ownDirectory = "" } = parameters as TreeParameters;
  return {
    next(tick) {
      if (compacts && tick % TICKS_PER_COMPACTION === 0) return { call: "compact" };
      if (tick % TICKS_PER_FLUSH === 0) return { call: "flush" };
      const age = random.below(10) === 0 ? 1 + random.below(AGE_MAX) : 0;
      const epoch = Math.max(0, Math.floor(tick / TICKS_PER_EPOCH) - age);
      const group = `${ownDirectory}e${epoch}`;
      const key = `${group}-k${random.below(KEYS_OF_GROUP)}`;
      const chance = random.below(100);
      if (chance < 4 && ranges) return { call: "range", group };
      if (chance < 30) return { call: "get", key };
      if (chance < (age === 0 ? 45 : 75)) return { call: "delete", key };
      return { call: "put", key, value: `v${tick}` };
    },

    request(operation): TreeRequest {
      switch (operation.call) {
        case "range":
          return { call: "range", ...boundsOf(operation.group) };
        case "put": {
          const { key, value } = operation;
          return { call: "put", key: keyString(key), value: valueString(value) };
        }
        case "get":
        case "delete":
          return { call: operation.call, key: keyString(operation.key) };
        default:
          return operation;
      }
    },

    answer(operation, value) {
      if (operation.call === "range") {
        const entries = value as [string, string][];
        return JSON.stringify(entries.map(([key, text]) => [keyName(key), valueName(text)]));
      }
      return operation.call === "get" && typeof value === "string" ? valueName(value) : null;
    },
  };
}

const TICKS_PER_EPOCH = 320;
const AGE_MAX = 12;
const TICKS_PER_COMPACTION = 501;
const TICKS_PER_FLUSH = 97;

if (!isMainThread && parentPort !== null) {
  const start = workerData as ClientStart;
  watchLife(start);
  runClient(start, parentPort, clientWork);
}

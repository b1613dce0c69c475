import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Random } from "#platform/random.ts";
import { type ClientWork, runClient, watchLife } from "../../harness/stress/client.ts";
import type { ClientStart } from "../../harness/stress/life-plan.ts";
import {
  accountKey,
  accountsCount,
  isSerializableEpoch,
  listKey,
  type StressParameters,
  type TransactionCall,
} from "./operation.ts";

/**
 * The work of a client: transactions of two calls, so that others come between. Most append to lists, and on new ones
 * every few hundred ticks, so that each stays short; some move money between accounts that are the same for ever.
 */
export function clientWork(parameters: unknown, random: Random): ClientWork<TransactionCall> {
  const plan = parameters as StressParameters;
  /** What the transaction that has begun does next. */
  let next: TransactionCall | undefined;
  return {
    next(tick) {
      const second = next;
      next = undefined;
      if (second !== undefined) return second;
      const chance = random.below(10);
      if (chance === 0) return { call: "audit" };
      const begun = chance < 4 ? transfer(tick) : appends(tick);
      next = begun.next;
      return begun.begin;
    },

    request: (operation) => operation,

    answer: (_operation, value) => (typeof value === "string" ? value : null),
  };

  function transfer(tick: number) {
    const from = random.below(accountsCount);
    const to = (from + 1 + random.below(accountsCount - 1)) % accountsCount;
    const accounts = { from: accountKey(from), to: accountKey(to) };
    const begin: TransactionCall = {
      call: "begin",
      t: `t${tick}`,
      isSerializable: plan.level >= 3 && tick % 2 === 0,
      reads: [accounts.from, accounts.to],
    };
    const amount = 1 + random.below(9);
    return { begin, next: { call: "transfer", t: begin.t, ...accounts, amount } as const };
  }

  function appends(tick: number): { begin: TransactionCall; next: TransactionCall } {
    const epoch = Math.floor(tick / ticksPerEpoch);
    const key = (): string => listKey(plan, { epoch, list: random.below(listsPerEpoch) });
    const t = `t${tick}`;
    const reads = [...new Set(Array.from({ length: 1 + random.below(3) }, key))];
    const written = random.below(4) === 0 ? [] : [...new Set([key(), key()])];
    return {
      begin: { call: "begin", t, isSerializable: isSerializableEpoch(epoch, plan.level), reads },
      next: { call: "append", t, appends: written.map((one, index) => [one, `${tick}.${index}`]) },
    };
  }
}

const listsPerEpoch = 6;
const ticksPerEpoch = 400;

if (!isMainThread && parentPort !== null) {
  const start = workerData as ClientStart;
  watchLife(start);
  runClient(start, parentPort, clientWork);
}

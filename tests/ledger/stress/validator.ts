/**
 * A thread with a validator of its own on the directory that all of them share: commits batches until it is told to
 * stop, and says what it called and what was answered. From level 5 two of the threads check slow rules on workers,
 * and kill these workers in the middle of their tasks.
 */
import { setMaxListeners } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as after } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { errorCode } from "#platform/errors.ts";
import { type Random, seededRandom } from "#platform/random.ts";
import { realClock } from "#platform/real-clock.ts";
import { realObjectStore } from "#platform/real-object-store.ts";
import { realWorkers } from "#platform/real-workers.ts";
import type { TaskWorker, Workers } from "#platform/workers.ts";
import type { CommitValidator, Subject, TaskExecutor, TaskPool } from "#katas/ledger/contract.ts";
import { slowHandler } from "../rules.ts";
import type { Report, ValidatorOptions } from "./report.ts";

const { subject, handlers, directory, number, seed, level, overlap, task } =
  workerData as ValidatorOptions;
const names = ["bank", "ann", "bob", "eve"];
const killEveryMs = 60;
/** The first of those that spend; 0 has opened the accounts. */
const threadsWithWorkers = 2;
const random = seededRandom(seed * 1_000_003 + number * 7919);
const stopping = new AbortController();
// Every commit and every task of it may listen.
setMaxListeners(0, stopping.signal);
let calls = 0;
let pool: TaskPool | undefined;

parentPort?.once("message", () => {
  stopping.abort();
});

async function load(): Promise<Subject> {
  // A subject that awaits at its top level is a module; every other one is a script.
  if (subject.endsWith(".mjs")) return (await import(pathToFileURL(subject).href)) as Subject;
  return createRequire(import.meta.url)(subject) as Subject;
}

function validatorOf(code: Subject): CommitValidator {
  const slow = level >= 3 ? { slowRules: ["even"], pool: executorOf(code) } : {};
  return code.createCommitValidator({
    store: realObjectStore(directory),
    prefix: "ledger/",
    clock: realClock,
    random: seededRandom(seed * 31 + number * 104_729),
    attemptsMax: 64,
    ...slow,
  });
}

function executorOf(code: Subject): TaskExecutor {
  if (level < 5 || number > threadsWithWorkers)
    return { submit: async ({ input }) => slowHandler("even")(input) };
  pool = code.createTaskPool({
    inFlightMax: 2,
    queueLengthMax: 1000,
    workers: killedAtTimes(realWorkers({ module: handlers })),
    workerCount: 2,
    clock: realClock,
  });
  return pool;
}

/** Workers that are ended behind the back of their pool. */
function killedAtTimes(workers: Workers): Workers {
  const alive = new Set<TaskWorker>();
  const timer = setInterval(() => {
    const victim = [...alive][random.below(alive.size)];
    if (victim === undefined || stopping.signal.aborted) return;
    alive.delete(victim);
    void victim.terminate();
    report({ kind: "killed a worker" });
  }, killEveryMs);
  timer.unref();
  return {
    start() {
      const worker = workers.start();
      alive.add(worker);
      const onExit: TaskWorker["onExit"] = worker.onExit.bind(worker);
      worker.onExit = (listener) => {
        onExit((cause) => {
          alive.delete(worker);
          listener(cause);
        });
      };
      return worker;
    },
  };
}

async function spend(validator: CommitValidator): Promise<void> {
  const spender = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const policy = random.below(2) === 0 ? "all-or-nothing" : "valid-only";
      await commit(validator, batchOf(random), policy);
      // A ledger that answers without asking anybody would flood the judge.
      await after(1);
    }
  };
  await Promise.all(Array.from({ length: overlap }, spender));
}

function batchOf(chance: Random): unknown[] {
  return Array.from({ length: 1 + chance.below(3) }, (_, index) => ({
    kind: "transfer",
    id: `${number}-${calls}-${index}`,
    from: names[chance.below(names.length)],
    to: names[chance.below(names.length)],
    cents: 1 + chance.below(9),
  }));
}

async function commit(
  validator: CommitValidator,
  transactions: unknown[],
  policy: "all-or-nothing" | "valid-only",
): Promise<void> {
  const call = calls++;
  report({ kind: "called", call, transactions, policy });
  const options = level >= 2 ? { signal: stopping.signal } : undefined;
  try {
    const { version, outcomes } = await validator.commit({ transactions, policy }, options);
    report({ kind: "answered", call, version, outcomes });
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    report({ kind: "refused", call, code: errorCode(error), what });
  }
}

function report(message: Report): void {
  parentPort?.postMessage(message);
}

try {
  const validator = validatorOf(await load());
  if (task === "open") {
    const openings = names.map((account) => ({
      kind: "open",
      id: `open-${account}`,
      account,
      balanceMin: account === "bank" ? -100_000 : 0,
    }));
    await commit(validator, openings, "all-or-nothing");
  } else if (task === "spend") await spend(validator);
  else {
    const { version, accounts } = await validator.readMetadata();
    const balances = [...accounts].map(
      ([name, { balance, balanceMin }]): [string, { balance: number; balanceMin: number }] => [
        name,
        { balance, balanceMin },
      ],
    );
    report({ kind: "looked", version, accounts: balances });
  }
  await pool?.close();
} catch (error) {
  report({
    kind: "problem",
    what: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  });
}
report({ kind: "done" });

/** The caller's mistakes: refused before anything has happened. */
import { InvalidArgumentError } from "#platform/errors.ts";
import type { Clock } from "#platform/clock.ts";
import type { TaskHandlers, Workers } from "#platform/workers.ts";
import type {
  Batch,
  CommitValidatorOptions,
  ProcessOptions,
  Source,
  TaskPoolOptions,
} from "#katas/ledger/contract.ts";

export type CheckedValidatorOptions = Readonly<
  Required<Omit<CommitValidatorOptions, "pool">> & Pick<CommitValidatorOptions, "pool">
>;

export function checkedValidatorOptions(options: CommitValidatorOptions): CheckedValidatorOptions {
  const checked = {
    rules: [],
    slowRules: [],
    attemptsMax: 8,
    commitsWaitingMax: 1024,
    ...definedOf(options),
  };
  const { store, prefix, rules, slowRules, pool } = checked;
  expectThat(isObject(store), "store", "an object store", store);
  expectThat(typeof prefix === "string", "prefix", "a text", prefix);
  expectThat(Array.isArray(rules) && rules.every(isObject), "rules", "a list of rules", rules);
  expectThat(Array.isArray(slowRules), "slowRules", "a list of kinds", slowRules);
  expectThat(slowRules.length === 0 || isObject(pool), "pool", "a pool, with `slowRules`", pool);
  expectWhole("attemptsMax", checked.attemptsMax, 1);
  expectWhole("commitsWaitingMax", checked.commitsWaitingMax, 1);
  return checked;
}

/** Where tasks run: in this thread, or on workers. */
export type Place = { readonly handlers: TaskHandlers } | WorkerPlace;

export interface WorkerPlace {
  readonly workers: Workers;
  readonly workerCount: number;
  /** How many tasks one worker may have at a time. */
  readonly tasksPerWorkerMax: number;
  readonly taskMsMax: number;
  readonly clock: Clock;
}

export function checkedPoolOptions(options: TaskPoolOptions): {
  inFlightMax: number;
  queueLengthMax: number;
  place: Place;
} {
  const { inFlightMax, queueLengthMax, handlers, workers, clock } = options;
  const { workerCount = 1, taskMsMax = 30_000 } = options;
  expectWhole("inFlightMax", inFlightMax, 1);
  expectWhole("queueLengthMax", queueLengthMax, 0);
  if (workers === undefined) {
    expectThat(isObject(handlers), "handlers", "functions by kind, or `workers`", handlers);
    return { inFlightMax, queueLengthMax, place: { handlers: handlers ?? {} } };
  }
  expectWhole("workerCount", workerCount, 1);
  expectThat(workerCount <= inFlightMax, "workerCount", `at most ${inFlightMax}`, workerCount);
  expectWhole("taskMsMax", taskMsMax, 1);
  if (clock === undefined) throw new InvalidArgumentError("Expected `clock` with `workers`.");
  const tasksPerWorkerMax = Math.ceil(inFlightMax / workerCount);
  const place = { workers, workerCount, tasksPerWorkerMax, taskMsMax, clock };
  return { inFlightMax, queueLengthMax, place };
}

export function refuseUnlessBatch(batch: Batch): void {
  expectThat(isObject(batch), "batch", "an object", batch);
  const { transactions, policy } = batch;
  expectThat(Array.isArray(transactions), "transactions", "a list", transactions);
  const isPolicy = [undefined, "all-or-nothing", "valid-only"].includes(policy);
  expectThat(isPolicy, "policy", '"all-or-nothing" or "valid-only"', policy);
}

export function refuseUnlessSource({ name, reader }: Source, options: ProcessOptions): void {
  const { mode, microBatchMs = 1 } = options;
  const isName = typeof name === "string" && name.length >= 1 && name.length <= 64;
  expectThat(isName, "name", "a text of 1–64 characters", name);
  expectThat(isObject(reader), "reader", "a reader", reader);
  expectThat(["batch", "stream"].includes(mode), "mode", '"batch" or "stream"', mode);
  expectWhole("microBatchMs", microBatchMs, 1);
}

function expectWhole(name: string, value: number, min: number): void {
  const isWhole = Number.isSafeInteger(value) && value >= min;
  expectThat(isWhole, name, `a whole number from ${min}`, value);
}

function expectThat(fact: boolean, name: string, expected: string, got: unknown): void {
  if (fact) return;
  throw new InvalidArgumentError(`Expected \`${name}\` to be ${expected}, got ${inWords(got)}.`);
}

function inWords(value: unknown): string {
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** What was handed in and is not undefined, so that defaults beneath it stay. */
function definedOf<Options extends object>(options: Options): Options {
  const defined = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Options;
}

/** Refuses what the contract refuses. */
import { InvalidArgumentError } from "#platform/errors.ts";
import type {
  Batch,
  CommitValidatorOptions,
  ProcessOptions,
  Source,
  TaskPoolOptions,
} from "#katas/ledger/contract.ts";

export type ValidatorOptions = CommitValidatorOptions &
  Required<
    Pick<CommitValidatorOptions, "rules" | "slowRules" | "attemptsMax" | "commitsWaitingMax">
  >;

export function validatorOptions(options: CommitValidatorOptions): ValidatorOptions {
  const { rules = [], slowRules = [], attemptsMax = 8, commitsWaitingMax = 1024 } = options;
  must(isThing(options.store), "Expected a store.");
  must(typeof options.prefix === "string", "Expected a prefix.");
  must(Array.isArray(rules) && rules.every(isThing), "Expected a list of rules.");
  must(Array.isArray(slowRules), "Expected a list of slow rules.");
  must(slowRules.length === 0 || isThing(options.pool), "Expected a pool for the slow rules.");
  must(isWhole(attemptsMax, 1), "Expected attemptsMax from 1.");
  must(isWhole(commitsWaitingMax, 1), "Expected commitsWaitingMax from 1.");
  return { ...options, rules, slowRules, attemptsMax, commitsWaitingMax };
}

export function refuseOddBatch(batch: Batch): void {
  must(isThing(batch) && Array.isArray(batch.transactions), "Expected a list of transactions.");
  const { policy } = batch;
  must(
    policy === undefined || policy === "all-or-nothing" || policy === "valid-only",
    "Expected a policy that there is.",
  );
}

export function refuseOddSource(
  { name }: Source,
  { mode, microBatchMs = 1 }: ProcessOptions,
): void {
  must(typeof name === "string" && name.length > 0 && name.length <= 64, "Expected a name.");
  must(mode === "batch" || mode === "stream", "Expected a mode.");
  must(isWhole(microBatchMs, 1), "Expected microBatchMs from 1.");
}

export function refuseOddPool(options: TaskPoolOptions): void {
  const { inFlightMax, queueLengthMax, handlers, workers, clock } = options;
  const { workerCount = 1, taskMsMax = 30_000 } = options;
  must(isWhole(inFlightMax, 1), "Expected inFlightMax from 1.");
  must(isWhole(queueLengthMax, 0), "Expected queueLengthMax from 0.");
  must(isThing(workers) || isThing(handlers), "Expected handlers or workers.");
  if (workers === undefined) return;
  must(isWhole(workerCount, 1) && workerCount <= inFlightMax, "Expected workerCount from 1.");
  must(isWhole(taskMsMax, 1), "Expected taskMsMax from 1.");
  must(isThing(clock), "Expected a clock with workers.");
}

export function must(fact: boolean, message: string): void {
  if (!fact) throw new InvalidArgumentError(message);
}

function isWhole(value: unknown, min: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min;
}

function isThing(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

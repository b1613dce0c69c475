/**
 * A ledger that any number of processes commit to, with nothing between them but an object store.
 *
 *   text ─► reader ─► candidates ─► schema ─► rules ─► batch ─► entry 1, entry 2, entry 3, …
 *
 *   who                       knows                                      file
 *   ────────────────────────  ─────────────────────────────────────────  ──────────────────────────────
 *   TransactionReader         formats                                    reader.ts
 *   schema check              what a transaction is                      schema.ts
 *   Judge                     rules, and what is left of whose money     judge.ts
 *   Ledger                    what all entries so far have made          table.ts
 *   CommitLog                 versions, puts, lost answers; no money     log.ts, entry.ts
 *   Patience                  how often, how long, and when to stop      patience.ts
 *   LedgerValidator           the order: read, judge, put, again         validator.ts
 *   Processor                 sources, offsets, micro-batches            processor.ts, feed.ts
 *   Pool                      limits, the queue, who settles when        pool.ts
 *   LocalCrew, WorkerCrew     where a task runs                          crew.ts, worker-crew.ts
 *
 * What is guaranteed: an entry is whole and never changes; each batch is judged against exactly the
 * entries before its own; whatever was answered is true, also when the answer of the store was lost.
 */
import type { CommitValidator, TaskPool } from "#katas/ledger/contract.ts";
import type { CommitValidatorOptions, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { checkedPoolOptions, checkedValidatorOptions } from "./arguments.ts";
import { LocalCrew } from "./crew.ts";
import { Pool } from "./pool.ts";
import { LedgerValidator } from "./validator.ts";
import { WorkerCrew } from "./worker-crew.ts";

export { createTransactionReader } from "./reader.ts";

export const level = 6;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LedgerValidator(checkedValidatorOptions(options));
}

/** The two crews are interchangeable: the pool does not know whether a task crosses a thread. */
export function createTaskPool(options: TaskPoolOptions): TaskPool {
  const { inFlightMax, queueLengthMax, place } = checkedPoolOptions(options);
  const crew = "handlers" in place ? new LocalCrew(place.handlers) : new WorkerCrew(place);
  return new Pool(crew, { inFlightMax, queueLengthMax });
}

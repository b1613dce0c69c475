import { NotImplementedError } from "#platform/errors.ts";
import type {
  Batch,
  CommitPlan,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
  Metadata,
  ProcessOptions,
  Source,
  TaskPool,
  TaskPoolOptions,
  TransactionReader,
} from "#katas/ledger/contract.ts";

/** Raise this when you begin the next level. Promises above it are not tried. */
export const level = 1;

/** The contract says what each call promises: katas/ledger/contract.ts. */
export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new Validator(options);
}

/** From level 3. */
export function createTaskPool(options: TaskPoolOptions): TaskPool {
  throw new NotImplementedError(`A pool of ${options.inFlightMax}: not written yet.`);
}

/** From level 6. */
export function createTransactionReader(source: {
  format: string;
  text: string;
}): TransactionReader {
  throw new NotImplementedError(`A reader of ${source.format}: not written yet.`);
}

class Validator implements CommitValidator {
  constructor(options: CommitValidatorOptions) {
    throw new NotImplementedError(`A validator of ${options.prefix}: not written yet.`);
  }

  // ── Level 1 ─────────────────────────────────────────────────────────────────────────────────

  async readMetadata(): Promise<Metadata> {
    throw new NotImplementedError("readMetadata: not written yet.");
  }

  async validateConflicts(batch: Batch, base: Metadata): Promise<CommitPlan> {
    throw new NotImplementedError(
      `validateConflicts of ${batch.transactions.length} on version ${base.version}: not written yet.`,
    );
  }

  async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    throw new NotImplementedError(`attemptCommit of version ${plan.version}: not written yet.`);
  }

  async commit(batch: Batch, _options?: { readonly signal?: AbortSignal }): Promise<CommitResult> {
    throw new NotImplementedError(
      `commit of ${batch.transactions.length} transactions: not written yet.`,
    );
  }

  // ── Level 6 ─────────────────────────────────────────────────────────────────────────────────

  async process(source: Source, options: ProcessOptions): Promise<{ readonly nextOffset: number }> {
    throw new NotImplementedError(`process of ${source.name} as ${options.mode}: not written yet.`);
  }
}

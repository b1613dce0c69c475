/**
 * A ledger that commits what a stream has brought when there is enough of it, and when its time has come.
 *
 * Wrong: when the source ends nobody looks at what was collected since.
 */
import type {
  Candidate,
  CommitValidator,
  CommitValidatorOptions,
  ProcessOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { chunkMax, type Intake } from "./parts/intake.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batch-and-stream-agree",
  level: 6,
  misconception: "a stream has no end at which something could be left",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new EndlessBook(options);
}

class EndlessBook extends Book {
  protected override async nextChunk(
    intake: Intake,
    options: ProcessOptions,
  ): Promise<Candidate[]> {
    const calledAt = this.clock.now();
    const chunk = await super.nextChunk(intake, options);
    if (options.mode === "batch" || chunk.length === chunkMax) return chunk;
    const waitedMs = this.clock.now() - calledAt;
    return waitedMs >= (options.microBatchMs ?? 1000) ? chunk : [];
  }
}

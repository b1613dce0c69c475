/**
 * A ledger that looks at the age of what it has got whenever something arrives.
 *
 * Wrong: the last transaction before a silence waits for as long as the silence.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Candidate,
  ProcessOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Intake } from "./parts/intake.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-stream-does-not-wait",
  level: 6,
  misconception: "in a stream there is always another one coming",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new PatientBook(options);
}

class PatientBook extends Book {
  protected override nextChunk(intake: Intake, options: ProcessOptions): Promise<Candidate[]> {
    return intake.next(options.mode === "stream" ? 1_000_000_000 : undefined, options.signal);
  }
}

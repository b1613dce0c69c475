/**
 * A ledger that commits in a stream what it has got, one transaction after the other.
 *
 * Wrong: 256 that are ready at once take 256 versions, and as many round trips.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Candidate,
  ProcessOptions,
  Source,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batch-and-stream-agree",
  level: 6,
  misconception: "in a stream each message is committed by itself",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new DripBook(options);
}

class DripBook extends Book {
  protected override async commitChunk(
    name: string,
    chunk: readonly Candidate[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (!this.#isStream) return super.commitChunk(name, chunk, signal);
    for (const candidate of chunk) await super.commitChunk(name, [candidate], signal);
  }

  #isStream = false;

  override process(source: Source, options: ProcessOptions): Promise<{ nextOffset: number }> {
    this.#isStream = options.mode === "stream";
    return super.process(source, options);
  }
}

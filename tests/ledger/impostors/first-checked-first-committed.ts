/**
 * A ledger that takes a number for a batch when its slow rules have answered.
 *
 * Wrong: a batch that was called later overtakes the one it builds on.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Batch,
  CommitResult,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { heeding } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/commits-keep-the-order-of-calls",
  level: 3,
  misconception: "whoever is ready first goes first",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new OvertakingBook(options);
}

class OvertakingBook extends Book {
  #turn: Promise<unknown> = Promise.resolve();

  protected override async inTurn(
    batch: Batch,
    _before: Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const slow = await heeding(this.askAll(batch.transactions, signal), signal);
    const before = this.#turn;
    const ending = heeding(before, signal).then(() => this.commitNow(batch, slow, signal));
    this.#turn = Promise.allSettled([before, ending]);
    return ending;
  }
}

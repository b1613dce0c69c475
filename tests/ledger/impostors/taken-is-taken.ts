/**
 * A ledger that takes every version which exists already for a lost race.
 *
 * Wrong: after a time-out it may be its own put that it meets. The batch is judged again behind itself.
 */
import { errorCode } from "#platform/errors.ts";
import type {
  CommitValidator,
  CommitValidatorOptions,
  Batch,
  CommitResult,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";
import { bytesOfPage, type Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-answer-is-found-out",
  level: 4,
  misconception: "a name that is taken was taken by somebody else",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ModestBook(options);
}

class ModestBook extends Book {
  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    this.#wasUnanswered = false;
    for (;;) {
      try {
        await this.options.store.putIfAbsent(this.nameOf(version), bytesOfPage(page));
        return true;
      } catch (error) {
        if (errorCode(error) === "ALREADY_EXISTS") return false;
        if (errorCode(error) === "TIMED_OUT") this.#isUnknown = this.#wasUnanswered = true;
        try {
          await this.again(error, tries);
        } catch (cause) {
          throw this.#isUnknown ? this.unknown(version, cause) : cause;
        }
      }
    }
  }

  #isUnknown = false;
  #wasUnanswered = false;

  /** A put that was not answered has been counted already. */
  protected override async afterLoss(version: number, tries: Tries): Promise<void> {
    if (this.#wasUnanswered) await tries.pause();
    else await super.afterLoss(version, tries);
  }

  protected override async commitNow(
    batch: Batch,
    slow: readonly SlowReason[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    this.#isUnknown = false;
    try {
      return await super.commitNow(batch, slow, signal);
    } catch (error) {
      throw this.#isUnknown ? this.unknown(this.version + 1, error) : error;
    }
  }
}

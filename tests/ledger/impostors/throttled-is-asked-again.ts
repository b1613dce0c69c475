/**
 * A ledger that answers a refusal with the same call.
 *
 * Wrong: the store has refused because there are too many calls.
 */
import { errorCode } from "#platform/errors.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/throttling-is-waited-out",
  level: 4,
  misconception: "a call without effect may be made again at once",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new PushyBook(options);
}

class PushyBook extends Book {
  protected override async again(error: unknown, tries: Tries): Promise<void> {
    const code = errorCode(error);
    if (code !== "THROTTLED" && code !== "TIMED_OUT") throw error;
    tries.failed(error);
  }
}

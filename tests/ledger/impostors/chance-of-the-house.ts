/**
 * A ledger whose pauses are drawn from a sequence of its own, in fractions of a millisecond.
 *
 * Wrong: every validator has the same sequence. Whoever compares their pauses digit by digit does not see it, because
 * late moments are coarser than early ones.
 */
import { type Random, seededRandom } from "#platform/random.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/retries-are-spread",
  level: 2,
  misconception: "chance is chance, wherever it comes from",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new RegularBook(options);
}

class RegularBook extends Book {
  readonly #random = inFractions(seededRandom(1));

  protected override tries(signal?: AbortSignal): Tries {
    const { clock, attemptsMax } = this.options;
    return new Tries({ clock, random: this.#random, attemptsMax, signal });
  }
}

function inFractions({ next }: Random): Random {
  return { next, below: (limit) => next() * limit };
}

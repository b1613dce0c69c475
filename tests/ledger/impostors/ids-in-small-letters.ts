/**
 * A ledger that keeps ids in small letters, as addresses are kept.
 *
 * Wrong: an id is any text at all, and "A" is another one than "a". The second of the two is refused for ever.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type Use } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/another-payload-is-a-conflict",
  level: 4,
  misconception: "nobody tells ids apart by the size of their letters",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LowerCaseBook(options);
}

class LowerCaseBook extends Book {
  protected override readonly uses = new LowerCaseMap();
}

class LowerCaseMap extends Map<string, Use> {
  override get(id: string): Use | undefined {
    return super.get(id.toLowerCase());
  }

  override set(id: string, use: Use): this {
    return super.set(id.toLowerCase(), use);
  }
}

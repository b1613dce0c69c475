/** What a subject exports when nothing is bent. */
import type {
  CommitValidator,
  CommitValidatorOptions,
  TaskPool,
  TaskPoolOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./book.ts";
import { poolOf } from "./crowd.ts";

export { readerOf as createTransactionReader } from "./lines.ts";

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new Book(options);
}

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return poolOf(options);
}

/**
 * Keeps pages and nothing else: the accounts are replayed from the first page whenever they are needed. The pool
 * is a number of hands, each of which takes the next task when it has ended one. Levels 1 to 3.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Metadata,
  TaskPool,
  TaskPoolOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "../impostors/parts/book.ts";
import { apply, type Page } from "../impostors/parts/page.ts";
import { SlotPool } from "../impostors/parts/slots.ts";

export { createTransactionReader } from "../impostors/parts/subject.ts";

export const level = 3;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ReplayingBook(options);
}

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return new HandsPool(options);
}

class ReplayingBook extends Book {
  readonly #pages: Page[] = [];

  protected override enter(page: Page): void {
    this.#pages.push(page);
    this.version = this.#pages.length;
    this.accounts = new Map();
    for (const { transactions } of this.#pages) {
      for (const transaction of transactions) apply(transaction, this.accounts);
    }
  }

  protected override metadata(): Metadata {
    return { ...super.metadata(), sources: new Map() };
  }
}

class HandsPool extends SlotPool {
  protected override pump(): void {
    while (this.inFlight < this.options.inFlightMax && this.queue.length > 0) {
      this.inFlight++;
      void this.#work();
    }
  }

  async #work(): Promise<void> {
    for (let one = this.queue.shift(); one !== undefined; one = this.queue.shift()) {
      const { task, signal } = one;
      try {
        const handler = this.options.handlers?.[task.kind];
        this.succeed(one, await handler?.(task.input, signal === undefined ? {} : { signal }));
      } catch (error) {
        this.fail(one, error);
      }
      this.finish(one);
    }
    this.inFlight--;
  }
}

/**
 * A ledger that commits what a source has done, and then in an entry of its own how far the source was read.
 *
 * Wrong: whoever ends in between leaves effects without their offset. Ids keep what happened from happening twice;
 * what was rejected is judged again, behind what came after it, and may happen now.
 */
import type { Candidate, CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";
import { heeding } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/each-effect-exactly-once",
  level: 6,
  misconception: "an offset may be committed once everything before it is safe",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TwoStepBook(options);
}

class TwoStepBook extends Book {
  protected override async commitChunk(
    name: string,
    chunk: readonly Candidate[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const asked = chunk.map(({ transaction }) =>
      this.ask(transaction).then(
        (reason) => () => reason,
        (error: unknown) => (): never => {
          throw error;
        },
      ),
    );
    const slow = await heeding(Promise.all(asked), signal);
    const writers = [this.writer(), this.writer()] as const;
    let source: Page["source"];
    await this.#append(signal, () => {
      const page = this.pageOfChunk(writers[0], name, chunk, slow as readonly (() => SlowReason)[]);
      source = page?.source;
      return page && { writer: page.writer, transactions: page.transactions };
    });
    await this.#append(signal, () =>
      source === undefined || this.doneOf(name) >= source.nextOffset
        ? undefined
        : { writer: writers[1], transactions: [], source },
    );
  }

  async #append(signal: AbortSignal | undefined, propose: () => Page | undefined): Promise<void> {
    const tries = this.tries(signal);
    for (;;) {
      await this.readOn(tries);
      const page = propose();
      if (page === undefined) return;
      const version = this.version + 1;
      if (await this.put(version, page, tries)) {
        this.enterAt(version, page);
        return;
      }
      await this.afterLoss(version, tries);
    }
  }
}

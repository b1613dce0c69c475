/**
 * A ledger that keeps the quarantine in memory: entries have the offset and what was accepted.
 *
 * Wrong: the next validator knows how far the source was read, and of nothing that was left out.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Metadata,
  Quarantined,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/poison-is-quarantined",
  level: 6,
  misconception: "what was rejected has changed nothing, so nothing of it need be committed",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ForgetfulBook(options);
}

class ForgetfulBook extends Book {
  readonly #quarantined = new Map<string, Quarantined[]>();

  protected override pageOfChunk(
    writer: string,
    name: string,
    chunk: Parameters<Book["pageOfChunk"]>[2],
    slow: readonly (() => SlowReason)[],
  ): Page | undefined {
    const page = super.pageOfChunk(writer, name, chunk, slow);
    if (page?.source === undefined) return page;
    const { quarantined } = page.source;
    const before = this.#quarantined.get(name) ?? [];
    this.#quarantined.set(name, [...before, ...quarantined]);
    return { ...page, source: { ...page.source, quarantined: [] } };
  }

  protected override metadata(): Metadata {
    const sources = new Map(this.sources);
    for (const [name, quarantined] of this.#quarantined) {
      const progress = sources.get(name);
      if (progress !== undefined) sources.set(name, { ...progress, quarantined });
    }
    return { ...super.metadata(), sources };
  }
}

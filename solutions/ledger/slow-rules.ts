/**
 * Rules that take their time. They know no accounts, so one answer is good for every version: they are asked
 * once, outside the turn, and never again after a lost race.
 */
import { invariant } from "#platform/invariant.ts";
import type { TaskExecutor } from "#katas/ledger/contract.ts";
import { transactionOf } from "./schema.ts";

export class SlowRules {
  readonly #kinds: readonly string[];
  readonly #executor: TaskExecutor | undefined;

  constructor(kinds: readonly string[], executor: TaskExecutor | undefined) {
    this.#kinds = kinds;
    this.#executor = executor;
  }

  /** Why each must not happen, as far as a slow rule says so. Rejects as the first rule that fails. */
  reasonsFor(
    candidates: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<(string | undefined)[]> {
    return Promise.all(candidates.map((candidate) => this.reasonFor(candidate, signal)));
  }

  async reasonFor(candidate: unknown, signal?: AbortSignal): Promise<string | undefined> {
    const input = transactionOf(candidate);
    if (input === undefined) return undefined;
    const options = signal === undefined ? {} : { signal };
    const answers = await Promise.all(
      this.#kinds.map((kind) => {
        invariant(this.#executor !== undefined, "slow rules come with a pool");
        return this.#executor.submit({ kind, input }, options);
      }),
    );
    return answers.find((answer) => typeof answer === "string");
  }
}

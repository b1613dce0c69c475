/**
 * A ledger whose validators begin with a summary that an earlier one has left. Whoever finds by its first batch that
 * it goes on for one that has died leaves a new summary: first its head, which says how far it goes, then the rest.
 *
 * Wrong: whoever dies between the two leaves a head, and everybody after it waits for the rest. That takes two deaths,
 * one after the other.
 */
import { errorCode } from "#platform/errors.ts";
import type {
  Account,
  Batch,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
  SourceProgress,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason, type Use } from "./parts/book.ts";
import { bytesOfPage } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/crashes-lose-nothing",
  level: 4,
  misconception: "whoever has begun to put the house in order will finish it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SummarisingBook(options);
}

interface Summary {
  version: number;
  accounts: [string, Account][];
  uses: [string, Use][];
  sources: [string, SourceProgress][];
}

const looksMax = 400;
const decimal = 10;

class SummarisingBook extends Book {
  #beginning: Promise<void> | undefined;
  #hasCommitted = false;

  protected override async commitNow(
    batch: Batch,
    slow: readonly SlowReason[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const isFirst = !this.#hasCommitted;
    this.#hasCommitted = true;
    const result = await super.commitNow(batch, slow, signal);
    const { outcomes } = result;
    const goesOn = outcomes.length > 0 && outcomes.every(({ status }) => status === "repeated");
    if (isFirst && goesOn) await this.#leave(this.tries());
    return result;
  }

  protected override async readOn(tries: Tries): Promise<void> {
    this.#beginning ??= this.#begin(tries).catch((error: unknown) => {
      this.#beginning = undefined;
      throw error;
    });
    await this.#beginning;
    await super.readOn(tries);
  }

  async #begin(tries: Tries): Promise<void> {
    const heads = await this.#stubborn(tries, () => this.options.store.list(this.#folder));
    tries.refuseIfAborted();
    const last = heads.filter((name) => name.endsWith("/head")).at(-1);
    if (last !== undefined) this.#take(await this.#rest(last.replace(/head$/, "rest"), tries));
  }

  async #rest(name: string, tries: Tries): Promise<Summary> {
    for (let looks = 1; ; looks++) {
      try {
        const bytes = await this.#stubborn(tries, () => this.options.store.get(name));
        return JSON.parse(new TextDecoder().decode(bytes)) as Summary;
      } catch (error) {
        if (errorCode(error) !== "NOT_FOUND" || looks === looksMax) throw error;
        await tries.pause();
      }
    }
  }

  #take({ version, accounts, uses, sources }: Summary): void {
    this.version = version;
    this.accounts = new Map(accounts);
    for (const [id, use] of uses) this.uses.set(id, use);
    this.sources = new Map(sources);
  }

  async #leave(tries: Tries): Promise<void> {
    const summary: Summary = {
      version: this.version,
      accounts: [...this.accounts],
      uses: [...this.uses],
      sources: [...this.sources],
    };
    const number = String(this.version).padStart(decimal, "0");
    const name = `${this.#folder}${number}-${this.writer()}`;
    await this.#put(`${name}/head`, "begun", tries);
    await this.#put(`${name}/rest`, summary, tries);
  }

  #put(name: string, content: unknown, tries: Tries): Promise<void> {
    return this.#stubborn(tries, async () => {
      try {
        await this.options.store.putIfAbsent(name, bytesOfPage(content));
      } catch (error) {
        // Nobody else has this name: an earlier put was answered too late.
        if (errorCode(error) !== "ALREADY_EXISTS") throw error;
      }
    });
  }

  async #stubborn<Answer>(tries: Tries, call: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        await this.again(error, tries);
      }
    }
  }

  get #folder(): string {
    return `${this.options.prefix}summaries/`;
  }
}

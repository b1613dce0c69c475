/**
 * A right ledger of its own, in one class whose steps may be replaced one at a time. It asks the store for the
 * next page until there is none, and remembers what all pages have made.
 */
import type { Clock } from "#platform/clock.ts";
import { ConflictError, errorCode, OverloadedError, TimedOutError } from "#platform/errors.ts";
import type {
  Account,
  Batch,
  Candidate,
  CommitPlan,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
  Metadata,
  Outcome,
  ProcessOptions,
  Quarantined,
  Source,
  SourceProgress,
  Transaction,
} from "#katas/ledger/contract.ts";
import {
  refuseOddBatch,
  refuseOddSource,
  type ValidatorOptions,
  validatorOptions,
} from "./checked.ts";
import { Intake } from "./intake.ts";
import { apply, asTransaction, bytesOfPage, type Page, pageOf, payloadOf } from "./page.ts";
import { heeding, Tries } from "./tries.ts";

export type Accounts = Map<string, Account>;
export type SlowReason = string | undefined;

export interface Use {
  transaction: Transaction;
  version: number;
}

export interface BookPlan extends CommitPlan {
  accepted: readonly Transaction[];
}

/** What has been accepted of the batch that is being judged. */
export class Draft {
  readonly accounts: Accounts;
  readonly accepted: Transaction[] = [];
  readonly byId = new Map<string, Transaction>();

  constructor(accounts: ReadonlyMap<string, Account>) {
    this.accounts = new Map(accounts);
  }

  accept(transaction: Transaction): void {
    apply(transaction, this.accounts);
    this.accepted.push(transaction);
    this.byId.set(transaction.id, transaction);
  }
}

export class Book implements CommitValidator {
  protected readonly options: ValidatorOptions;
  protected version = 0;
  protected accounts: Accounts = new Map();
  protected sources: Map<string, SourceProgress> = new Map();
  protected readonly uses = new Map<string, Use>();
  protected waiting = 0;
  protected lastTurn: Promise<unknown> = Promise.resolve();

  constructor(options: CommitValidatorOptions) {
    this.options = validatorOptions(options);
  }

  // ── The three steps ─────────────────────────────────────────────────────────────────────────

  async readMetadata(): Promise<Metadata> {
    await this.readOn(this.tries());
    return this.metadata();
  }

  async validateConflicts(batch: Batch, _base: Metadata): Promise<CommitPlan> {
    this.refuseBatch(batch);
    const slow = await this.askAll(batch.transactions);
    await this.readOn(this.tries());
    return this.judge(batch, slow);
  }

  async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    const { version, outcomes, accepted } = plan as BookPlan;
    if (accepted.length === 0) return { version: null, outcomes };
    const page = { writer: this.writer(), transactions: accepted };
    if (!(await this.put(version, page, this.tries()))) throw lost(version);
    this.enterAt(version, page);
    return { version, outcomes };
  }

  // ── Commit ──────────────────────────────────────────────────────────────────────────────────

  async commit(batch: Batch, { signal }: { signal?: AbortSignal } = {}): Promise<CommitResult> {
    this.refuseBatch(batch);
    this.admit();
    this.waiting++;
    const before = this.lastTurn;
    const ending = this.inTurn(batch, before, signal);
    this.lastTurn = Promise.allSettled([before, ending]);
    try {
      return await ending;
    } finally {
      this.waiting--;
    }
  }

  protected admit(): void {
    if (this.waiting >= this.options.commitsWaitingMax)
      throw new OverloadedError(`${this.waiting} commits wait.`);
  }

  protected async inTurn(
    batch: Batch,
    before: Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const asked = this.askAll(batch.transactions, signal);
    const [slow] = await heeding(Promise.all([asked, before]), signal);
    return this.commitNow(batch, slow, signal);
  }

  protected async commitNow(
    batch: Batch,
    slow: readonly SlowReason[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const tries = this.tries(signal);
    const writer = this.writer();
    for (;;) {
      await this.readOn(tries);
      const { version, outcomes, accepted } = this.judge(batch, slow);
      if (accepted.length === 0) return { version: null, outcomes };
      const page = { writer, transactions: accepted };
      if (await this.put(version, page, tries)) {
        this.enterAt(version, page);
        return { version, outcomes };
      }
      await this.afterLoss(version, tries);
    }
  }

  protected async afterLoss(version: number, tries: Tries): Promise<void> {
    tries.failed(lost(version));
    await tries.pause();
  }

  protected refuseBatch(batch: Batch): void {
    refuseOddBatch(batch);
  }

  // ── The log ─────────────────────────────────────────────────────────────────────────────────

  protected async readOn(tries: Tries): Promise<void> {
    for (;;) {
      const next = this.version + 1;
      const page = await this.read(next, tries);
      tries.refuseIfAborted();
      if (page === undefined) return;
      this.enterAt(next, page);
    }
  }

  protected async read(version: number, tries: Tries): Promise<Page | undefined> {
    for (;;) {
      try {
        return pageOf(await this.options.store.get(this.nameOf(version)));
      } catch (error) {
        if (errorCode(error) === "NOT_FOUND") return undefined;
        await this.again(error, tries);
      }
    }
  }

  /** Whether the page has become that version. */
  protected async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    let isUnknown = false;
    try {
      for (;;) {
        if (!isUnknown) tries.refuseIfAborted();
        try {
          await this.options.store.putIfAbsent(this.nameOf(version), bytesOfPage(page));
          return true;
        } catch (error) {
          if (errorCode(error) === "ALREADY_EXISTS")
            return isUnknown && (await this.read(version, tries))?.writer === page.writer;
          if (errorCode(error) === "TIMED_OUT") isUnknown = true;
          await this.again(error, tries);
        }
      }
    } catch (cause) {
      throw isUnknown ? this.unknown(version, cause) : cause;
    }
  }

  protected unknown(version: number, cause: unknown): unknown {
    return new TimedOutError(`Nobody knows about page ${version}.`, { cause });
  }

  protected async again(error: unknown, tries: Tries): Promise<void> {
    const code = errorCode(error);
    if (code !== "THROTTLED" && code !== "TIMED_OUT") throw error;
    tries.failed(error);
    await tries.pause();
  }

  protected nameOf(version: number): string {
    return `${this.options.prefix}pages/${version}`;
  }

  protected writer(): string {
    const { random } = this.options;
    return [1, 2, 3, 4].map(() => random.below(2 ** 32).toString(36)).join("-");
  }

  protected tries(signal?: AbortSignal): Tries {
    const { clock, random, attemptsMax } = this.options;
    return new Tries({ clock, random, attemptsMax, signal });
  }

  // ── The table ───────────────────────────────────────────────────────────────────────────────

  protected metadata(): Metadata {
    return { version: this.version, accounts: this.accounts, sources: this.sources };
  }

  /** Whoever reads at the same time may have entered it already. */
  protected enterAt(version: number, page: Page): void {
    if (version === this.version + 1) this.enter(page);
  }

  protected enter({ transactions, source }: Page): void {
    this.version++;
    this.accounts = new Map(this.accounts);
    for (const transaction of transactions) {
      this.happen(transaction, this.accounts);
      this.uses.set(transaction.id, { transaction, version: this.version });
    }
    if (source === undefined) return;
    const { name, nextOffset, quarantined } = source;
    const before = this.sources.get(name)?.quarantined ?? [];
    this.sources = new Map(this.sources);
    this.sources.set(name, { nextOffset, quarantined: [...before, ...quarantined] });
  }

  protected happen(transaction: Transaction, accounts: Accounts): void {
    apply(transaction, accounts);
  }

  // ── Judging ─────────────────────────────────────────────────────────────────────────────────

  protected judge({ transactions, policy }: Batch, slow: readonly SlowReason[]): BookPlan {
    const draft = new Draft(this.accounts);
    const version = this.version + 1;
    const outcomes = transactions.map((candidate, at) => this.judgeOne(candidate, slow[at], draft));
    const isClean = outcomes.every(({ status }) => status !== "rejected");
    if (policy === "valid-only" || isClean) return { version, outcomes, accepted: draft.accepted };
    const withheld = outcomes.map((outcome): Outcome => {
      if (outcome.status === "accepted") return { status: "withheld" };
      const isOfThisBatch = outcome.status === "repeated" && outcome.version === version;
      return isOfThisBatch ? { status: "withheld" } : outcome;
    });
    return { version, outcomes: withheld, accepted: [] };
  }

  protected judgeOne(candidate: unknown, slow: SlowReason, draft: Draft): Outcome {
    const transaction = this.transactionOf(candidate);
    if (transaction === undefined) return { status: "rejected", reason: "SCHEMA" };
    const mine = draft.byId.get(transaction.id);
    const use =
      mine === undefined
        ? this.uses.get(transaction.id)
        : { transaction: mine, version: this.version + 1 };
    if (use !== undefined) return this.outcomeOfUsed(transaction, use);
    const reason =
      this.reasonAgainst(transaction, draft.accounts) ?? slow ?? this.askRules(transaction, draft);
    if (reason !== undefined) return { status: "rejected", reason };
    draft.accept(transaction);
    return { status: "accepted" };
  }

  protected outcomeOfUsed(transaction: Transaction, use: Use): Outcome {
    if (payloadOf(transaction) === payloadOf(use.transaction))
      return { status: "repeated", version: use.version };
    return { status: "rejected", reason: "ID_CONFLICT" };
  }

  protected transactionOf(candidate: unknown): Transaction | undefined {
    return asTransaction(candidate);
  }

  protected reasonAgainst(transaction: Transaction, accounts: Accounts): string | undefined {
    if (transaction.kind === "open")
      return accounts.has(transaction.account) ? "ACCOUNT_EXISTS" : undefined;
    const { from, to, cents } = transaction;
    if (from === to) return "SAME_ACCOUNT";
    const giver = accounts.get(from);
    const taker = accounts.get(to);
    if (giver === undefined || taker === undefined) return "UNKNOWN_ACCOUNT";
    if (giver.balance - cents < giver.balanceMin) return "INSUFFICIENT_FUNDS";
    return taker.balance + cents > Number.MAX_SAFE_INTEGER ? "OVERFLOW" : undefined;
  }

  protected askRules(transaction: Transaction, { accounts }: Draft): string | undefined {
    for (const rule of this.options.rules) {
      const reason = rule.check(transaction, accounts);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  protected askAll(candidates: readonly unknown[], signal?: AbortSignal): Promise<SlowReason[]> {
    return Promise.all(candidates.map((candidate) => this.ask(candidate, signal)));
  }

  protected async ask(candidate: unknown, signal?: AbortSignal): Promise<SlowReason> {
    const input = this.transactionOf(candidate);
    if (input === undefined) return undefined;
    const answers = await Promise.all(
      this.options.slowRules.map((kind) => this.askOne(kind, input, signal)),
    );
    return answers.find((answer) => typeof answer === "string");
  }

  protected async askOne(
    kind: string,
    input: Transaction,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return this.options.pool?.submit({ kind, input }, signal === undefined ? {} : { signal });
  }

  // ── Sources ─────────────────────────────────────────────────────────────────────────────────

  async process(source: Source, options: ProcessOptions): Promise<{ nextOffset: number }> {
    refuseOddSource(source, options);
    const { signal } = options;
    await this.readOn(this.tries(signal));
    let nextOffset = this.doneOf(source.name);
    const intake = new Intake(source.reader.read(nextOffset), this.clock);
    try {
      for (;;) {
        const chunk = await this.nextChunk(intake, options);
        if (chunk.length === 0) return { nextOffset };
        await this.commitChunk(source.name, chunk, signal);
        nextOffset = (chunk.at(-1)?.offset ?? 0) + 1;
      }
    } finally {
      intake.stop();
    }
  }

  protected get clock(): Clock {
    return this.options.clock;
  }

  protected nextChunk(intake: Intake, options: ProcessOptions): Promise<Candidate[]> {
    return intake.next(
      options.mode === "stream" ? (options.microBatchMs ?? 1000) : undefined,
      options.signal,
    );
  }

  protected doneOf(name: string): number {
    return this.sources.get(name)?.nextOffset ?? 0;
  }

  protected async commitChunk(
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
    const tries = this.tries(signal);
    const writer = this.writer();
    for (;;) {
      await this.readOn(tries);
      const page = this.pageOfChunk(writer, name, chunk, slow);
      if (page === undefined) return;
      const version = this.version + 1;
      if (await this.put(version, page, tries)) {
        this.enterAt(version, page);
        return;
      }
      await this.afterLoss(version, tries);
    }
  }

  protected pageOfChunk(
    writer: string,
    name: string,
    chunk: readonly Candidate[],
    slow: readonly (() => SlowReason)[],
  ): Page | undefined {
    const draft = new Draft(this.accounts);
    const quarantined: Quarantined[] = [];
    const done = this.doneOf(name);
    let nextOffset = done;
    for (const [at, { offset, transaction }] of chunk.entries()) {
      if (offset < done) continue;
      nextOffset = offset + 1;
      const reason = this.quarantineReason(transaction, slow[at], draft);
      if (reason !== undefined) quarantined.push({ offset, reason });
    }
    if (nextOffset === done) return undefined;
    return { writer, transactions: draft.accepted, source: { name, nextOffset, quarantined } };
  }

  protected quarantineReason(
    candidate: unknown,
    slow: (() => SlowReason) | undefined,
    draft: Draft,
  ): string | undefined {
    try {
      const outcome = this.judgeOne(candidate, slow?.(), draft);
      return outcome.status === "rejected" ? outcome.reason : undefined;
    } catch {
      return "POISON";
    }
  }
}

export function lost(version: number): ConflictError {
  return new ConflictError(`Page ${version} was written by somebody else.`);
}

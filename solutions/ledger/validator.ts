/**
 * The coordinator. A commit is always the same three steps, and again from the first when somebody else
 * was faster:
 *
 *   read what is new ─► judge against it ─► put ─► lost? pause, and again
 *         ▲                                            │
 *         └────────────────────────────────────────────┘
 *
 * Inside one validator commits go one at a time, in the order of their calls; between validators the put
 * decides. Slow rules know no accounts, so they are asked as soon as a commit is called, side by side;
 * what depends on the accounts is judged last, in its turn, and again after each lost race.
 */
import { ConflictError, OverloadedError } from "#platform/errors.ts";
import { invariant } from "#platform/invariant.ts";
import type {
  Batch,
  CommitPlan,
  CommitResult,
  CommitValidator,
  Metadata,
  Outcome,
  ProcessOptions,
  Source,
  Transaction,
} from "#katas/ledger/contract.ts";
import {
  type CheckedValidatorOptions,
  refuseUnlessBatch,
  refuseUnlessSource,
} from "./arguments.ts";
import type { Entry } from "./entry.ts";
import { Judge, withheld } from "./judge.ts";
import { CommitLog } from "./log.ts";
import { Patience, unlessAborted } from "./patience.ts";
import { Processor } from "./processor.ts";
import { SlowRules } from "./slow-rules.ts";
import { Table } from "./table.ts";

/** A plan with what it takes to carry it out. */
interface PlannedBatch extends CommitPlan {
  readonly accepted: readonly Transaction[];
}

export class LedgerValidator implements CommitValidator {
  readonly #options: CheckedValidatorOptions;
  readonly #log: CommitLog;
  readonly #slowRules: SlowRules;
  /** What this validator has read so far. */
  readonly #table = new Table();
  /** Resolves when the commit that was called last has had its turn. Never rejects. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #commitsWaiting = 0;

  constructor(options: CheckedValidatorOptions) {
    this.#options = options;
    this.#log = new CommitLog(options.store, options.prefix);
    this.#slowRules = new SlowRules(options.slowRules, options.pool);
  }

  // ── The life cycle of a commit ──────────────────────────────────────────────────────────────

  async readMetadata(): Promise<Metadata> {
    await this.#catchUp(this.#newPatience());
    return this.#table.snapshot();
  }

  async validateConflicts(batch: Batch, base: Metadata): Promise<CommitPlan> {
    refuseUnlessBatch(batch);
    invariant(base.version <= this.#table.version, "the base was read by this validator");
    const slowReasons = await this.#slowRules.reasonsFor(batch.transactions);
    await this.#catchUp(this.#newPatience());
    return this.#plan(batch, slowReasons);
  }

  async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    const { version, outcomes, accepted } = plan as PlannedBatch;
    if (accepted.length === 0) return { version: null, outcomes };
    const entry = { commit: this.#newName(), transactions: accepted };
    if (!(await this.#log.append(version, entry, this.#newPatience()))) throw lostRace(version);
    this.#table.enter([entry], version - 1);
    return { version, outcomes };
  }

  // ── All of it ───────────────────────────────────────────────────────────────────────────────

  async commit(batch: Batch, { signal }: { signal?: AbortSignal } = {}): Promise<CommitResult> {
    refuseUnlessBatch(batch);
    const { commitsWaitingMax } = this.#options;
    if (this.#commitsWaiting >= commitsWaitingMax) {
      throw new OverloadedError(`${commitsWaitingMax} commits wait already.`);
    }
    this.#commitsWaiting++;
    const turnBefore = this.#lastTurn;
    const ending = this.#commitInTurn(batch, turnBefore, signal);
    // Whoever comes next waits for those before, too: this one may have given up waiting for them.
    this.#lastTurn = Promise.allSettled([turnBefore, ending]);
    try {
      return await ending;
    } finally {
      this.#commitsWaiting--;
    }
  }

  async #commitInTurn(
    batch: Batch,
    turnBefore: Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    // Asked before the turn comes: batches are checked side by side.
    const asking = this.#slowRules.reasonsFor(batch.transactions, signal);
    const [slowReasons] = await unlessAborted(Promise.all([asking, turnBefore]), signal);
    let outcomes: readonly Outcome[] = [];
    const version = await this.#append((name) => {
      const plan = this.#plan(batch, slowReasons);
      outcomes = plan.outcomes;
      return plan.accepted.length === 0 ? null : { commit: name, transactions: plan.accepted };
    }, signal);
    return { version, outcomes };
  }

  async process(source: Source, options: ProcessOptions): Promise<{ nextOffset: number }> {
    refuseUnlessSource(source, options);
    await this.#catchUp(this.#newPatience(options.signal));
    const processor = new Processor(source, options, {
      table: this.#table,
      rules: this.#options.rules,
      clock: this.#options.clock,
      slowRules: this.#slowRules,
      append: (propose) => this.#append(propose, options.signal),
    });
    return processor.run();
  }

  // ── Steps ───────────────────────────────────────────────────────────────────────────────────

  /**
   * Appends what `propose` makes of the table as it is, asking again after each lost race. Answers the
   * version, or null when there was nothing to append.
   */
  async #append(
    propose: (commitName: string) => Entry | null,
    signal: AbortSignal | undefined,
  ): Promise<number | null> {
    const patience = this.#newPatience(signal);
    const name = this.#newName();
    for (;;) {
      await this.#catchUp(patience);
      const entry = propose(name);
      if (entry === null) return null;
      const version = this.#table.version + 1;
      if (await this.#log.append(version, entry, patience)) {
        this.#table.enter([entry], version - 1);
        return version;
      }
      patience.count(lostRace(version));
      await patience.pause();
    }
  }

  async #catchUp(patience: Patience): Promise<void> {
    const { version } = this.#table;
    this.#table.enter(await this.#log.entriesAfter(version, patience), version);
    patience.throwIfAborted();
  }

  #plan({ transactions, policy }: Batch, slowReasons: readonly SlowReason[]): PlannedBatch {
    const judge = new Judge(this.#table, this.#options.rules);
    const { version, accepted } = judge;
    const outcomes = transactions.map((transaction, at) =>
      judge.judge(transaction, slowReasons[at]),
    );
    const isWhole = outcomes.every(({ status }) => status !== "rejected");
    if (isWhole || policy === "valid-only") return { version, outcomes, accepted };
    return { version, outcomes: withheld(outcomes, version), accepted: [] };
  }

  #newPatience(signal?: AbortSignal): Patience {
    return new Patience(this.#options, signal);
  }

  /** No two commits have the same: 128 bits from a sequence that is this validator's alone. */
  #newName(): string {
    const words = Array.from({ length: 4 }, () => this.#options.random.below(2 ** 32));
    return words.map((word) => word.toString(16).padStart(8, "0")).join("");
  }
}

type SlowReason = string | undefined;

function lostRace(version: number): ConflictError {
  return new ConflictError(`Entry ${version} is somebody else's.`);
}

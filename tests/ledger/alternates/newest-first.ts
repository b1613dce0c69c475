/**
 * States that are never changed, one a version. Entries are numbered downwards, so that the first name of a listing is
 * the newest. Only one of a validator's calls is at the store at a time. What was put is recognised by its bytes. The
 * pool in this thread is a counter of permits; on workers one loop serves each of them, several tasks a message.
 */
import {
  AbortedError,
  ClosedError,
  ConflictError,
  errorCode,
  InvalidArgumentError,
  OverloadedError,
  TimedOutError,
  WorkerLostError,
} from "#platform/errors.ts";
import type { Task, TaskOutcome } from "#platform/workers.ts";
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
  TaskPool,
  TaskPoolOptions,
  Transaction,
  TransactionReader,
} from "#katas/ledger/contract.ts";

export const level = 6;

// ── Reading ───────────────────────────────────────────────────────────────────────────────────

export function createTransactionReader(source: {
  format: string;
  text: string;
}): TransactionReader {
  const { format, text } = source;
  need(format === "csv" || format === "json-lines", "csv or json-lines");
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const understood = format === "csv" ? fromCsv : fromJson;
  return {
    async *read(offset) {
      for (const [at, line] of lines.slice(offset).entries())
        yield { offset: offset + at, transaction: understood(line) };
    },
  };
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function fromCsv(line: string): unknown {
  const [kind, id, one, two, three, ...rest] = line.split(",");
  const count = line.split(",").length;
  if (rest.length === 0 && kind === "open" && count === 4)
    return { kind, id, account: one, ...(two === "" ? {} : { balanceMin: decimal(two) }) };
  if (rest.length === 0 && kind === "transfer" && count === 5)
    return { kind, id, from: one, to: two, cents: decimal(three) };
  return line;
}

function decimal(text = ""): number | string {
  return /^-?\d+$/.test(text) ? Number.parseInt(text, 10) : text;
}

// ── Schema ────────────────────────────────────────────────────────────────────────────────────

function asTransaction(candidate: unknown): Transaction | undefined {
  const { kind, id, account, balanceMin, from, to, cents } = Object(candidate) as Record<
    string,
    unknown
  >;
  if (typeof candidate !== "object" || !isText(id)) return undefined;
  if (kind === "open" && isText(account)) {
    const limit = balanceMin ?? 0;
    if (balanceMin === null || !Number.isSafeInteger(limit) || Number(limit) > 0) return undefined;
    return { kind, id, account, balanceMin: Number(limit) };
  }
  if (kind !== "transfer" || !isText(from) || !isText(to) || !whole(cents, 1)) return undefined;
  return { kind, id, from, to, cents: Number(cents) };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && /^[^]{1,64}$/.test(value);
}

// ── States ────────────────────────────────────────────────────────────────────────────────────

interface State extends Metadata {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly sources: ReadonlyMap<string, SourceProgress>;
  /** Where each id was used, and for what. */
  readonly uses: ReadonlyMap<string, readonly [text: string, version: number]>;
}

interface Entry {
  nonce: string;
  transactions: readonly Transaction[];
  progress?: readonly [source: string, nextOffset: number, quarantined: readonly Quarantined[]];
}

const empty: State = { version: 0, accounts: new Map(), sources: new Map(), uses: new Map() };

function after(state: State, { transactions, progress }: Entry): State {
  const version = state.version + 1;
  const uses = new Map(state.uses);
  let { accounts, sources } = state;
  for (const transaction of transactions) {
    accounts = moved(accounts, transaction);
    uses.set(transaction.id, [textOf(transaction), version]);
  }
  if (progress !== undefined) {
    const [name, nextOffset, quarantined] = progress;
    const earlier = sources.get(name)?.quarantined ?? [];
    sources = new Map([
      ...sources,
      [name, { nextOffset, quarantined: [...earlier, ...quarantined] }],
    ]);
  }
  return { version, accounts, sources, uses };
}

function moved(
  accounts: ReadonlyMap<string, Account>,
  transaction: Transaction,
): ReadonlyMap<string, Account> {
  const next = new Map(accounts);
  if (transaction.kind === "open")
    return next.set(transaction.account, { balance: 0, balanceMin: transaction.balanceMin ?? 0 });
  const { from, to, cents } = transaction;
  for (const [name, change] of [
    [from, -cents],
    [to, cents],
  ] as const) {
    const { balance, balanceMin } = next.get(name) as Account;
    next.set(name, { balance: balance + change, balanceMin });
  }
  return next;
}

function textOf(transaction: Transaction): string {
  const { kind } = transaction;
  if (kind === "transfer") return JSON.stringify(transaction, ["kind", "from", "to", "cents"]);
  return JSON.stringify([kind, transaction.account, Math.abs(transaction.balanceMin ?? 0)]);
}

function reasonAgainst(
  accounts: ReadonlyMap<string, Account>,
  transaction: Transaction,
): string | undefined {
  if (transaction.kind === "open")
    return accounts.has(transaction.account) ? "ACCOUNT_EXISTS" : undefined;
  const [giver, taker] = [accounts.get(transaction.from), accounts.get(transaction.to)];
  if (giver === undefined || taker === undefined) return "UNKNOWN_ACCOUNT";
  if (transaction.from === transaction.to) return "SAME_ACCOUNT";
  if (giver.balance - transaction.cents < giver.balanceMin) return "INSUFFICIENT_FUNDS";
  return taker.balance + transaction.cents > 2 ** 53 - 1 ? "OVERFLOW" : undefined;
}

// ── Calls that are called off ─────────────────────────────────────────────────────────────────

class Call {
  readonly signal: AbortSignal | undefined;
  wrong = 0;

  constructor(signal?: AbortSignal) {
    this.signal = signal;
  }

  check(): void {
    if (this.signal?.aborted === true) throw new AbortedError("Called off.");
  }

  async orAborted<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this;
    if (signal === undefined) return promise;
    let abort = (): void => undefined;
    try {
      return await new Promise<Value>((resolve, reject) => {
        abort = () => reject(new AbortedError("Called off."));
        signal.addEventListener("abort", abort, { once: true });
        if (signal.aborted) abort();
        promise.then(resolve, reject);
      });
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

// ── Validator ─────────────────────────────────────────────────────────────────────────────────

interface Judged {
  readonly outcomes: readonly Outcome[];
  readonly accepted: readonly Transaction[];
}

type Slow = { readonly reason: string | undefined } | { readonly error: unknown };

const numberMax = 10 ** 12;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  const { attemptsMax = 8, commitsWaitingMax = 1024 } = options;
  need(whole(attemptsMax, 1), "attemptsMax from 1");
  need(whole(commitsWaitingMax, 1), "commitsWaitingMax from 1");
  return new Validator(options, attemptsMax, commitsWaitingMax);
}

class Validator implements CommitValidator {
  readonly #options: CommitValidatorOptions;
  readonly #attemptsMax: number;
  readonly #commitsWaitingMax: number;
  #state = empty;
  #unanswered = 0;
  /** Resolves when the commit called last is over, however. */
  #commits: Promise<unknown> = Promise.resolve();
  /** Resolves when the store is free. */
  #storeIsFree: Promise<unknown> = Promise.resolve();
  readonly #plans = new WeakMap<CommitPlan, readonly Transaction[]>();

  constructor(options: CommitValidatorOptions, attemptsMax: number, commitsWaitingMax: number) {
    this.#options = options;
    this.#attemptsMax = attemptsMax;
    this.#commitsWaitingMax = commitsWaitingMax;
  }

  async readMetadata(): Promise<Metadata> {
    await this.#read(new Call());
    return this.#state;
  }

  async validateConflicts(batch: Batch): Promise<CommitPlan> {
    needBatch(batch);
    const slow = await Promise.all(batch.transactions.map((one) => this.#ask(one)));
    await this.#read(new Call());
    const { outcomes, accepted } = this.#judge(batch, slow);
    const plan = { version: this.#state.version + 1, outcomes };
    this.#plans.set(plan, accepted);
    return plan;
  }

  async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    const { version, outcomes } = plan;
    const transactions = this.#plans.get(plan) ?? [];
    if (transactions.length === 0) return { version: null, outcomes };
    const entry = { nonce: this.#nonce(), transactions };
    if (!(await this.#put(version, entry, new Call()))) throw lostRace(version);
    return { version, outcomes };
  }

  async commit(batch: Batch, { signal }: { signal?: AbortSignal } = {}): Promise<CommitResult> {
    needBatch(batch);
    if (this.#unanswered >= this.#commitsWaitingMax) throw new OverloadedError("Too many wait.");
    this.#unanswered++;
    const call = new Call(signal);
    const before = this.#commits;
    const slow = Promise.all(batch.transactions.map((one) => this.#ask(one, signal)));
    const ending = this.#commitBehind(before, batch, slow, call);
    this.#commits = ending.then(nothing, nothing).then(() => before);
    return ending.finally(() => this.#unanswered--);
  }

  async #commitBehind(
    before: Promise<unknown>,
    batch: Batch,
    slow: Promise<Slow[]>,
    call: Call,
  ): Promise<CommitResult> {
    call.check();
    const answers = await call.orAborted(slow);
    const failed = answers.find((answer) => "error" in answer);
    if (failed !== undefined) throw failed.error;
    await call.orAborted(before);
    let outcomes: readonly Outcome[] = [];
    const version = await this.#append(call, () => {
      const judged = this.#judge(batch, answers);
      outcomes = judged.outcomes;
      return judged.accepted.length === 0 ? null : { transactions: judged.accepted };
    });
    return { version, outcomes };
  }

  async process(
    { name, reader }: Source,
    { mode, microBatchMs = 1000, signal }: ProcessOptions,
  ): Promise<{ nextOffset: number }> {
    need(typeof name === "string" && name !== "" && name.length <= 64, "a name");
    need(["batch", "stream"].includes(mode), "a mode");
    need(whole(microBatchMs, 1), "microBatchMs from 1");
    const call = new Call(signal);
    call.check();
    await this.#read(call);
    const nextOffset = (): number => this.#state.sources.get(name)?.nextOffset ?? 0;
    let reached = nextOffset();
    const candidates = reader.read(reached)[Symbol.asyncIterator]();
    const { clock } = this.#options;
    const patienceMs = mode === "stream" ? Math.floor(microBatchMs / 2) : Number.POSITIVE_INFINITY;
    try {
      // One step of the reader is under way all the time, whatever is collected meanwhile.
      let step = candidates.next();
      let isOver = false;
      while (!isOver) {
        const chunk: Candidate[] = [];
        let timeIsUp: Promise<"time"> | undefined;
        let error: { thrown: unknown } | undefined;
        while (chunk.length < 40) {
          const stepOrError = step.then(
            (result) => ({ result }),
            (thrown: unknown) => ({ thrown }),
          );
          const got = await call.orAborted(
            timeIsUp === undefined ? stepOrError : Promise.race([stepOrError, timeIsUp]),
          );
          if (got === "time") break;
          if ("thrown" in got) error = got;
          if ("thrown" in got || got.result.done === true) {
            isOver = true;
            break;
          }
          chunk.push(got.result.value);
          step = candidates.next();
          if (patienceMs !== Number.POSITIVE_INFINITY)
            timeIsUp ??= pausedFor(clock, patienceMs).then(() => "time" as const);
        }
        if (chunk.length > 0) {
          // What goes wrong is counted for each entry.
          const one = new Call(signal);
          await this.#append(one, await this.#entryOf(name, chunk, one, nextOffset));
          reached = Math.max(reached, (chunk.at(-1)?.offset ?? 0) + 1);
        }
        if (error !== undefined) throw error.thrown;
      }
      return { nextOffset: reached };
    } finally {
      candidates.return?.().then(nothing, nothing);
    }
  }

  async #entryOf(
    name: string,
    chunk: readonly Candidate[],
    call: Call,
    done: () => number,
  ): Promise<() => Omit<Entry, "nonce"> | null> {
    const slow = await call.orAborted(
      Promise.all(chunk.map(({ transaction }) => this.#ask(transaction))),
    );
    return () => {
      const fresh = chunk.flatMap((one, at) => (one.offset >= done() ? [{ ...one, at }] : []));
      const last = fresh.at(-1);
      if (last === undefined) return null;
      const draft = new Draft(this.#state);
      const quarantined: Quarantined[] = [];
      for (const { offset, transaction, at } of fresh) {
        let outcome: Outcome | undefined;
        try {
          outcome = draft.judge(transaction, slow[at], this.#options.rules);
        } catch {
          outcome = { status: "rejected", reason: "POISON" };
        }
        if (outcome.status === "rejected") quarantined.push({ offset, reason: outcome.reason });
      }
      return { transactions: draft.accepted, progress: [name, last.offset + 1, quarantined] };
    };
  }

  // ── Judging ─────────────────────────────────────────────────────────────────────────────────

  async #ask(candidate: unknown, signal?: AbortSignal): Promise<Slow> {
    const { slowRules = [], pool } = this.#options;
    const input = asTransaction(candidate);
    if (input === undefined || pool === undefined) return { reason: undefined };
    try {
      const answers = await Promise.all(
        slowRules.map((kind) => pool.submit({ kind, input }, signal && { signal })),
      );
      const reasons = answers.filter((answer) => typeof answer === "string");
      return { reason: reasons[0] };
    } catch (error) {
      return { error };
    }
  }

  #judge({ transactions, policy }: Batch, slow: readonly Slow[]): Judged {
    const draft = new Draft(this.#state);
    const outcomes = transactions.map((one, at) => draft.judge(one, slow[at], this.#options.rules));
    const hasRejected = outcomes.some(({ status }) => status === "rejected");
    if (policy === "valid-only" || !hasRejected) return { outcomes, accepted: draft.accepted };
    const isOfThisBatch = (outcome: Outcome): boolean =>
      outcome.status === "accepted" ||
      (outcome.status === "repeated" && outcome.version > this.#state.version);
    return {
      outcomes: outcomes.map((one) => (isOfThisBatch(one) ? { status: "withheld" } : one)),
      accepted: [],
    };
  }

  // ── The log ─────────────────────────────────────────────────────────────────────────────────

  async #append(call: Call, propose: () => Omit<Entry, "nonce"> | null): Promise<number | null> {
    const nonce = this.#nonce();
    for (;;) {
      await this.#read(call);
      const proposed = propose();
      if (proposed === null) return null;
      const version = this.#state.version + 1;
      if (await this.#put(version, { nonce, ...proposed }, call)) return version;
      this.#countWrong(call, lostRace(version));
      await this.#pause(call);
    }
  }

  #read(call: Call): Promise<void> {
    return this.#alone(async () => {
      const { store, prefix } = this.#options;
      const names = await this.#again(call, () => store.list(prefix));
      const newest = names[0] === undefined ? 0 : numberMax - Number(names[0].slice(prefix.length));
      while (this.#state.version < newest) {
        call.check();
        const version = this.#state.version + 1;
        const bytes = await this.#again(call, () => store.get(this.#nameOf(version)));
        this.#enter(version, JSON.parse(new TextDecoder().decode(bytes)) as Entry);
      }
      call.check();
    });
  }

  #put(version: number, entry: Entry, call: Call): Promise<boolean> {
    return this.#alone(async () => {
      const { store } = this.#options;
      const text = JSON.stringify(entry);
      let mayBeThere = false as boolean;
      try {
        for (;;) {
          if (!mayBeThere) call.check();
          try {
            await store.putIfAbsent(this.#nameOf(version), new TextEncoder().encode(text));
            break;
          } catch (error) {
            const code = errorCode(error);
            if (code === "ALREADY_EXISTS") {
              if (!mayBeThere) return false;
              const bytes = await this.#again(call, () => store.get(this.#nameOf(version)));
              if (new TextDecoder().decode(bytes) !== text) return false;
              break;
            }
            mayBeThere ||= code === "TIMED_OUT";
            await this.#orThrow(call, error);
          }
        }
      } catch (cause) {
        throw mayBeThere ? new TimedOutError(`Is ${version} there?`, { cause }) : cause;
      }
      this.#enter(version, entry);
      return true;
    });
  }

  #enter(version: number, entry: Entry): void {
    if (version === this.#state.version + 1) this.#state = after(this.#state, entry);
  }

  async #again<Answer>(call: Call, ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        await this.#orThrow(call, error);
      }
    }
  }

  async #orThrow(call: Call, error: unknown): Promise<void> {
    if (!["THROTTLED", "TIMED_OUT"].includes(errorCode(error) ?? "")) throw error;
    this.#countWrong(call, error);
    await this.#pause(call);
  }

  #countWrong(call: Call, error: unknown): void {
    if (++call.wrong >= this.#attemptsMax) throw error;
  }

  async #pause(call: Call): Promise<void> {
    const { clock, random } = this.#options;
    const ms = (1 + random.next()) * Math.min(2000, 4 * 2 ** call.wrong);
    await call.orAborted(pausedFor(clock, ms));
  }

  /** Whoever aborts while another one is at the store does not wait for its pauses. */
  async #alone<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#storeIsFree;
    let leave = (): void => undefined;
    this.#storeIsFree = new Promise<void>((resolve) => (leave = resolve));
    await before;
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #nameOf(version: number): string {
    return this.#options.prefix + String(numberMax - version);
  }

  #nonce(): string {
    const { random } = this.#options;
    return `${random.next()} ${random.next()} ${random.next()}`;
  }
}

class Draft {
  readonly accepted: Transaction[] = [];
  #accounts: ReadonlyMap<string, Account>;
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
    this.#accounts = state.accounts;
  }

  judge(
    candidate: unknown,
    slow: Slow | undefined,
    rules: CommitValidatorOptions["rules"] = [],
  ): Outcome {
    if (slow !== undefined && "error" in slow) throw slow.error;
    const transaction = asTransaction(candidate);
    if (transaction === undefined) return { status: "rejected", reason: "SCHEMA" };
    const text = textOf(transaction);
    const own = this.accepted.find(({ id }) => id === transaction.id);
    const [usedFor, version] =
      own === undefined
        ? (this.#state.uses.get(transaction.id) ?? [])
        : [textOf(own), this.#state.version + 1];
    if (version !== undefined)
      return usedFor === text
        ? { status: "repeated", version }
        : { status: "rejected", reason: "ID_CONFLICT" };
    const reasons: (string | undefined)[] = [
      reasonAgainst(this.#accounts, transaction),
      slow?.reason,
    ];
    if (!reasons.some((reason) => reason !== undefined))
      reasons.push(...rules.map((rule) => rule.check(transaction, this.#accounts)));
    const reason = reasons.find((one) => one !== undefined);
    if (reason !== undefined) return { status: "rejected", reason };
    this.#accounts = moved(this.#accounts, transaction);
    this.accepted.push(transaction);
    return { status: "accepted" };
  }
}

function lostRace(version: number): ConflictError {
  return new ConflictError(`Version ${version} went to somebody else.`);
}

async function pausedFor(clock: CommitValidatorOptions["clock"], ms: number): Promise<void> {
  if (ms > 0) await clock.sleep(ms);
}

function need(fact: boolean, what: string): void {
  if (!fact) throw new InvalidArgumentError(`Expected ${what}.`);
}

function needBatch(batch: Batch): void {
  const { transactions, policy = "valid-only" } = { ...(batch as Partial<Batch> | null) };
  need(Array.isArray(transactions), "a list of transactions");
  need(["valid-only", "all-or-nothing"].includes(policy), "a policy");
}

function whole(value: unknown, min: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min;
}

function nothing(): void {
  // Whatever has come of it is known elsewhere.
}

// ── Pool ──────────────────────────────────────────────────────────────────────────────────────

class Job {
  readonly task: Task;
  readonly signal: AbortSignal | undefined;
  readonly answer: Promise<unknown>;
  isAnswered = false;
  losses = 0;
  succeed: (value: unknown) => void = nothing;
  fail: (error: unknown) => void = nothing;
  /** Resolves when it neither waits nor is in flight. */
  readonly isOver: Promise<void>;
  end: () => void = nothing;

  constructor(task: Task, signal: AbortSignal | undefined, onAnswer: (isGood: boolean) => void) {
    this.task = task;
    this.signal = signal;
    this.isOver = new Promise((resolve) => (this.end = resolve));
    this.answer = new Promise((resolve, reject) => {
      const once =
        <Value>(settle: (value: Value) => void, isGood: boolean) =>
        (value: Value) => {
          if (this.isAnswered) return;
          this.isAnswered = true;
          onAnswer(isGood);
          settle(value);
        };
      this.succeed = once(resolve, true);
      this.fail = once(reject, false);
    });
  }
}

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  const { inFlightMax, queueLengthMax, workerCount = 1, taskMsMax = 30_000 } = options;
  need(whole(inFlightMax, 1), "inFlightMax from 1");
  need(whole(queueLengthMax, 0), "queueLengthMax from 0");
  need(options.handlers !== undefined || options.workers !== undefined, "handlers or workers");
  need(whole(workerCount, 1) && workerCount <= inFlightMax, "workerCount from 1");
  need(whole(taskMsMax, 1), "taskMsMax from 1");
  return options.workers === undefined ? new Pool(options) : new WorkerPool(options);
}

class Pool implements TaskPool {
  protected readonly options: TaskPoolOptions;
  protected waiting: Job[] = [];
  readonly #unfinished = new Set<Job>();
  #permits: number;
  #isClosed = false;
  readonly #counts = { submitted: 0, succeeded: 0, failed: 0 };

  constructor(options: TaskPoolOptions) {
    this.options = options;
    this.#permits = options.inFlightMax;
  }

  async submit(task: Task, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
    if (this.#isClosed) throw new ClosedError("Closed.");
    const { handlers, workers, inFlightMax, queueLengthMax } = this.options;
    need(workers !== undefined || Object.hasOwn(handlers ?? {}, task.kind), "a kind that is known");
    if (this.#unfinished.size >= inFlightMax + queueLengthMax) throw new OverloadedError("Full.");
    this.#counts.submitted++;
    const job = new Job(task, signal, (isGood) => this.#counts[isGood ? "succeeded" : "failed"]++);
    this.#unfinished.add(job);
    const end = job.end;
    job.end = () => {
      this.#unfinished.delete(job);
      end();
    };
    this.waiting.push(job);
    const abort = (): void => {
      job.fail(new AbortedError("Called off."));
      if (!this.waiting.includes(job)) return;
      this.waiting = this.waiting.filter((other) => other !== job);
      job.end();
    };
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
    this.work();
    return job.answer.finally(() => signal?.removeEventListener("abort", abort));
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#unfinished].map(({ isOver }) => isOver));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.drain();
  }

  counts(): { submitted: number; succeeded: number; failed: number } {
    return { ...this.#counts };
  }

  protected work(): void {
    for (; this.#permits > 0; this.#permits--) {
      const job = this.waiting.shift();
      if (job === undefined) return;
      void this.#carryOut(job).then(() => {
        this.#permits++;
        job.end();
        this.work();
      });
    }
  }

  async #carryOut({ task, signal, succeed, fail }: Job): Promise<void> {
    try {
      succeed(await this.options.handlers?.[task.kind]?.(task.input, signal ? { signal } : {}));
    } catch (error) {
      fail(error);
    }
  }
}

class WorkerPool extends Pool {
  #serving = 0;
  readonly #idle = new Set<() => void>();
  #isOver = false;
  readonly #servers: Promise<void>[] = [];

  protected override work(): void {
    const [wake] = this.#idle;
    if (wake !== undefined) {
      this.#idle.delete(wake);
      wake();
    } else if (this.waiting.length > 0 && this.#serving < (this.options.workerCount ?? 1)) {
      this.#serving++;
      this.#servers.push(this.#serve());
    }
  }

  override async close(): Promise<void> {
    await super.close();
    this.#isOver = true;
    for (const wake of this.#idle) wake();
    await Promise.all(this.#servers);
  }

  /** One worker after the other, as each dies. */
  async #serve(): Promise<void> {
    while (!this.#isOver) {
      if (this.waiting.length + this.#alone.length === 0)
        await new Promise<void>((wake) => this.#idle.add(wake));
      else await this.#liveOfOneWorker();
    }
  }

  async #liveOfOneWorker(): Promise<void> {
    const worker = this.options.workers?.start();
    if (worker === undefined) return;
    let hear: (outcomes: readonly TaskOutcome[]) => void = nothing;
    let isGone = false as boolean;
    const gone = new Promise<{ cause: Error | undefined }>((resolve) => {
      worker.onExit((cause) => {
        isGone = true;
        resolve({ cause });
        this.#wakeAll();
      });
    });
    worker.onMessage((outcomes) => hear(outcomes));
    while (!isGone && !this.#isOver) {
      const jobs = this.#taken();
      if (jobs.length === 0) {
        await new Promise<void>((wake) => this.#idle.add(wake));
        continue;
      }
      const heard = new Promise<readonly TaskOutcome[]>((resolve) => (hear = resolve));
      try {
        worker.post(jobs.map(({ task }) => task));
      } catch (error) {
        // Alone it is known which of them cannot travel.
        if (jobs.length > 1) this.#alone.push(...jobs);
        else this.#settle(jobs, error);
        continue;
      }
      const ending = await Promise.race([heard, gone, this.#tooLate(jobs.length, heard, gone)]);
      const end = ending === "late" ? await this.#ended(worker, heard, gone) : ending;
      if ("cause" in end) this.#lost(jobs, end.cause);
      else
        for (const [at, job] of jobs.entries()) {
          const outcome = end[at];
          if (outcome?.ok === true) job.succeed(outcome.value);
          else job.fail(Object.assign(new Error(outcome?.error.message), outcome?.error));
          job.end();
        }
    }
    if (!isGone) await worker.terminate();
  }

  /** Those that could not be sent together. */
  readonly #alone: Job[] = [];

  #taken(): Job[] {
    const single = this.#alone.shift();
    if (single !== undefined) return [single];
    const { inFlightMax, workerCount = 1 } = this.options;
    const share = Math.ceil(this.waiting.length / workerCount);
    const jobs = this.waiting.splice(0, Math.min(share, Math.floor(inFlightMax / workerCount)));
    for (const job of jobs) if (job.isAnswered) job.end();
    return jobs.filter(({ isAnswered }) => !isAnswered);
  }

  async #tooLate(count: number, heard: Promise<unknown>, gone: Promise<unknown>): Promise<"late"> {
    const { clock, taskMsMax = 30_000 } = this.options;
    let isOver = false as boolean;
    const over = (): void => void (isOver = true);
    void heard.then(over);
    void gone.then(over);
    await clock?.sleep(count * taskMsMax);
    return isOver ? new Promise<never>(nothing) : "late";
  }

  /** While it is being ended it may answer after all. */
  async #ended(
    worker: { terminate(): Promise<void> },
    heard: Promise<readonly TaskOutcome[]>,
    gone: Promise<{ cause: Error | undefined }>,
  ): Promise<readonly TaskOutcome[] | { cause: Error | undefined }> {
    void worker.terminate();
    const first = await Promise.race([heard, gone]);
    await gone;
    return first;
  }

  #lost(jobs: readonly Job[], cause: Error | undefined): void {
    const again = jobs.filter((job) => ++job.losses < 2 && !job.isAnswered);
    const others = jobs.filter((job) => !again.includes(job));
    this.#settle(others, new WorkerLostError("Both workers were lost.", { cause }));
    this.waiting.unshift(...again);
    this.#wakeAll();
  }

  #settle(jobs: readonly Job[], error: unknown): void {
    for (const job of jobs) {
      job.fail(error);
      job.end();
    }
  }

  #wakeAll(): void {
    for (const wake of this.#idle) wake();
    this.#idle.clear();
  }
}

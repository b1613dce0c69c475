/**
 * Puts the body of an entry under a name of its own first, and then claims a version with a few bytes that name it:
 *
 *     body/<nonce>-7: the transactions      entry/000000000007: { "body": "…/body/<nonce>-7" }
 *
 * The claim decides; a body that nobody has claimed is never looked at. What a ledger is follows from its entries, one
 * after the other. Slow rules are asked about the transactions of a batch one by one, about batches side by side.
 */
import {
  AbortedError,
  ConflictError,
  errorCode,
  InvalidArgumentError,
  OverloadedError,
  TimedOutError,
} from "#platform/errors.ts";
import type { Clock } from "#platform/clock.ts";
import type { ObjectStore } from "#platform/object-store.ts";
import type { Random } from "#platform/random.ts";
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
  Rule,
  Source,
  SourceProgress,
  TaskExecutor,
  Transaction,
} from "#katas/ledger/contract.ts";

export { createTaskPool, createTransactionReader } from "../impostors/parts/subject.ts";

export const level = 6;

// ── Schema ───────────────────────────────────────────────────────────────────────────────────────

const centsMax = Number.MAX_SAFE_INTEGER;

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= 64;
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

function parse(value: unknown): Transaction | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { kind, id, account, balanceMin, from, to, cents } = value as Record<string, unknown>;
  if (!isText(id)) return null;
  if (kind === "open") {
    if (!isText(account)) return null;
    if (balanceMin === undefined) return { kind, id, account };
    return isWhole(balanceMin, -centsMax, 0)
      ? { kind, id, account, balanceMin: balanceMin + 0 }
      : null;
  }
  if (kind === "transfer") {
    return isText(from) && isText(to) && isWhole(cents, 1, centsMax)
      ? { kind, id, from, to, cents }
      : null;
  }
  return null;
}

function same(a: Transaction, b: Transaction): boolean {
  if (a.kind === "open")
    return (
      b.kind === "open" && a.account === b.account && (a.balanceMin ?? 0) === (b.balanceMin ?? 0)
    );
  return b.kind === "transfer" && a.from === b.from && a.to === b.to && a.cents === b.cents;
}

// ── The state: a fold over entries ───────────────────────────────────────────────────────────────

interface Entry {
  /** No two commits have the same. */
  nonce: string;
  accepted: Transaction[];
  source?: { name: string; nextOffset: number; quarantined: Quarantined[] };
}

/** What stands under the name of a version. */
interface Claim {
  body: string;
}

interface Happened {
  readonly version: number;
  readonly transaction: Transaction;
}

/** The ledger after the entries that this validator knows. */
class Head {
  version = 0;
  readonly accounts = new Map<string, Account>();
  readonly ids = new Map<string, Happened>();
  readonly sources = new Map<string, SourceProgress>();

  /** Whoever reads at the same time may have applied it already. */
  apply(version: number, entry: Entry): void {
    if (version !== this.version + 1) return;
    this.version = version;
    for (const transaction of entry.accepted) {
      this.ids.set(transaction.id, { version, transaction });
      happen(this.accounts, transaction);
    }
    if (entry.source) {
      const before = this.sources.get(entry.source.name);
      this.sources.set(entry.source.name, {
        nextOffset: entry.source.nextOffset,
        quarantined: [...(before?.quarantined ?? []), ...entry.source.quarantined],
      });
    }
  }

  snapshot(): Metadata {
    return {
      version: this.version,
      accounts: new Map(this.accounts),
      sources: new Map(this.sources),
    };
  }
}

function happen(accounts: Map<string, Account>, transaction: Transaction): void {
  if (transaction.kind === "open") {
    accounts.set(transaction.account, { balance: 0, balanceMin: transaction.balanceMin || 0 });
    return;
  }
  move(accounts, transaction.from, -transaction.cents);
  move(accounts, transaction.to, transaction.cents);
}

function move(accounts: Map<string, Account>, name: string, cents: number): void {
  const { balance, balanceMin } = accounts.get(name) ?? { balance: 0, balanceMin: 0 };
  accounts.set(name, { balance: balance + cents, balanceMin });
}

function ownReason(
  accounts: ReadonlyMap<string, Account>,
  transaction: Transaction,
): string | undefined {
  if (transaction.kind === "open")
    return accounts.has(transaction.account) ? "ACCOUNT_EXISTS" : undefined;
  if (transaction.from === transaction.to) return "SAME_ACCOUNT";
  const from = accounts.get(transaction.from);
  const to = accounts.get(transaction.to);
  if (!from || !to) return "UNKNOWN_ACCOUNT";
  if (from.balance - transaction.cents < from.balanceMin) return "INSUFFICIENT_FUNDS";
  if (to.balance + transaction.cents > centsMax) return "OVERFLOW";
  return undefined;
}

/** What slow rules have said about each transaction. */
type Verdicts = (string | undefined)[];

interface Judgement {
  outcomes: Outcome[];
  accepted: Transaction[];
}

function judge(
  head: Head,
  parsed: readonly (Transaction | null)[],
  verdicts: Verdicts,
  rules: readonly Rule[],
  poisonous: boolean,
): Judgement {
  const accounts = new Map(head.accounts);
  const here = new Map<string, Happened>();
  const version = head.version + 1;
  const accepted: Transaction[] = [];
  const outcomes = parsed.map((transaction, index): Outcome => {
    if (transaction === null) return rejected("SCHEMA");
    const earlier = head.ids.get(transaction.id) ?? here.get(transaction.id);
    if (earlier) {
      return same(earlier.transaction, transaction)
        ? { status: "repeated", version: earlier.version }
        : rejected("ID_CONFLICT");
    }
    let reason = ownReason(accounts, transaction) ?? verdicts[index];
    for (const rule of rules) {
      if (reason !== undefined) break;
      try {
        reason = rule.check(transaction, accounts);
      } catch (error) {
        if (!poisonous) throw error;
        reason = "POISON";
      }
    }
    if (reason !== undefined) return rejected(reason);
    happen(accounts, transaction);
    here.set(transaction.id, { version, transaction });
    accepted.push(transaction);
    return { status: "accepted" };
  });
  return { outcomes, accepted };
}

function rejected(reason: string): Outcome {
  return { status: "rejected", reason };
}

function allOrNothing(judgement: Judgement, version: number): Judgement {
  if (!judgement.outcomes.some(({ status }) => status === "rejected")) return judgement;
  return {
    accepted: [],
    outcomes: judgement.outcomes.map((outcome) =>
      outcome.status === "accepted" ||
      (outcome.status === "repeated" && outcome.version === version)
        ? { status: "withheld" }
        : outcome,
    ),
  };
}

// ── Stopping and giving up ───────────────────────────────────────────────────────────────────────

/** The signal of a call, if it has one. */
class Stop {
  readonly #signal: AbortSignal | undefined;
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }
  get isAborted(): boolean {
    return this.#signal?.aborted === true;
  }
  check(): void {
    if (this.isAborted) throw new AbortedError("It was called off.");
  }
  async race<T>(promise: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (!signal) return promise;
    promise.catch(() => undefined);
    this.check();
    let listener = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      listener = () => reject(new AbortedError("It was called off."));
      signal.addEventListener("abort", listener);
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      signal.removeEventListener("abort", listener);
    }
  }
}

/** How often things may go wrong for one call: so many races, and twice as many faults of the store. */
class Patience {
  #races = 0;
  #faults = 0;
  readonly #max: number;
  constructor(max: number) {
    this.#max = max;
  }
  get failures(): number {
    return this.#races + this.#faults;
  }
  lostRace(version: number): void {
    if (++this.#races >= this.#max) throw new ConflictError(`Entry ${version} was the last try.`);
  }
  fault(error: unknown): void {
    if (++this.#faults >= 2 * this.#max) throw error;
  }
}

// ── The validator ────────────────────────────────────────────────────────────────────────────────

const prefixPattern = /^(?:[a-z0-9_-][a-z0-9._-]*\/)+$/;
const groupMax = 256;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new Validator(options);
}

interface Drafted {
  version: number;
  accepted: Transaction[];
  outcomes: Outcome[];
}

class Validator implements CommitValidator {
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #rules: readonly Rule[];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #attemptsMax: number;
  readonly #slowRules: readonly string[];
  readonly #pool: TaskExecutor | undefined;
  readonly #commitsWaitingMax: number;
  readonly #head = new Head();
  readonly #plans = new WeakMap<CommitPlan, Drafted>();
  #waiting = 0;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: CommitValidatorOptions) {
    refuseUnless(isObject(options), "options");
    const { store, prefix, rules = [], clock, random, attemptsMax = 8 } = options;
    const { slowRules = [], pool, commitsWaitingMax = 1024 } = options;
    refuseUnless(hasMethods(store, "putIfAbsent", "get", "list"), "store");
    refuseUnless(
      typeof prefix === "string" && prefix.length <= 40 && prefixPattern.test(prefix),
      "prefix",
    );
    refuseUnless(Array.isArray(rules) && rules.every((rule) => hasMethods(rule, "check")), "rules");
    refuseUnless(hasMethods(clock, "now", "sleep"), "clock");
    refuseUnless(hasMethods(random, "next", "below"), "random");
    refuseUnless(isWhole(attemptsMax, 1, centsMax), "attemptsMax");
    refuseUnless(
      Array.isArray(slowRules) && slowRules.every((kind) => typeof kind === "string"),
      "slowRules",
    );
    refuseUnless(pool === undefined ? slowRules.length === 0 : hasMethods(pool, "submit"), "pool");
    refuseUnless(isWhole(commitsWaitingMax, 1, centsMax), "commitsWaitingMax");
    this.#store = store;
    this.#prefix = prefix;
    this.#rules = rules;
    this.#clock = clock;
    this.#random = random;
    this.#attemptsMax = attemptsMax;
    this.#slowRules = slowRules;
    this.#pool = pool;
    this.#commitsWaitingMax = commitsWaitingMax;
  }

  async readMetadata(): Promise<Metadata> {
    await this.#catchUp(new Patience(this.#attemptsMax), new Stop(undefined));
    return this.#head.snapshot();
  }

  async validateConflicts(batch: Batch, base: Metadata): Promise<CommitPlan> {
    refuseUnlessBatch(batch);
    refuseUnless(isObject(base), "base");
    const stop = new Stop(undefined);
    const parsed = batch.transactions.map(parse);
    const verdicts = await this.#askSlowRules(parsed, undefined);
    await this.#catchUp(new Patience(this.#attemptsMax), stop);
    const drafted = this.#draft(batch, parsed, verdicts);
    const plan = { version: drafted.version, outcomes: drafted.outcomes };
    this.#plans.set(plan, drafted);
    return plan;
  }

  async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    const drafted = isObject(plan) ? this.#plans.get(plan) : undefined;
    if (!drafted) throw new InvalidArgumentError("Expected a plan of this validator.");
    const { version, accepted, outcomes } = drafted;
    if (accepted.length === 0) return { version: null, outcomes };
    const entry = { nonce: this.#nonce(), accepted };
    const won = await this.#put(
      version,
      entry,
      new Patience(this.#attemptsMax),
      new Stop(undefined),
    );
    if (!won) throw new ConflictError(`Entry ${version} is somebody else's.`);
    this.#head.apply(version, entry);
    return { version, outcomes };
  }

  async commit(
    batch: Batch,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<CommitResult> {
    refuseUnlessBatch(batch);
    refuseUnless(isObject(options), "options");
    const { signal } = options;
    refuseUnless(signal === undefined || signal instanceof AbortSignal, "signal");
    const stop = new Stop(signal);
    stop.check();
    if (this.#waiting >= this.#commitsWaitingMax)
      throw new OverloadedError(`Already ${this.#waiting} commits wait.`);
    this.#waiting++;
    // Asked side by side; read, judged and put in turn. Whoever gives up lets those behind it wait for those before.
    const before = this.#lastTurn;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    this.#lastTurn = before.then(() => left);
    try {
      const parsed = batch.transactions.map(parse);
      const verdicts = await stop.race(this.#askSlowRules(parsed, signal));
      await stop.race(before);
      let outcomes: Outcome[] = [];
      const version = await this.#land(stop, () => {
        const drafted = this.#draft(batch, parsed, verdicts);
        outcomes = drafted.outcomes;
        return drafted.accepted.length === 0 ? null : { accepted: drafted.accepted };
      });
      return { version, outcomes };
    } finally {
      leave();
      this.#waiting--;
    }
  }

  #draft(batch: Batch, parsed: readonly (Transaction | null)[], verdicts: Verdicts): Drafted {
    const version = this.#head.version + 1;
    const judgement = judge(this.#head, parsed, verdicts, this.#rules, false);
    const { outcomes, accepted } =
      batch.policy === "valid-only" ? judgement : allOrNothing(judgement, version);
    return { version, outcomes, accepted };
  }

  async #askSlowRules(
    parsed: readonly (Transaction | null)[],
    signal: AbortSignal | undefined,
  ): Promise<Verdicts> {
    if (this.#slowRules.length === 0) return [];
    const verdicts: Verdicts = [];
    for (const transaction of parsed)
      verdicts.push(transaction === null ? undefined : await this.#askAbout(transaction, signal));
    return verdicts;
  }

  async #askAbout(
    transaction: Transaction,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    for (const kind of this.#slowRules) {
      const task = { kind, input: transaction };
      const answer = await this.#pool?.submit(task, signal === undefined ? {} : { signal });
      if (answer !== undefined) return answer as string;
    }
    return undefined;
  }

  // ── Landing ────────────────────────────────────────────────────────────────────────────────────

  async #land(stop: Stop, draft: () => Omit<Entry, "nonce"> | null): Promise<number | null> {
    const patience = new Patience(this.#attemptsMax);
    const nonce = this.#nonce();
    for (;;) {
      await this.#catchUp(patience, stop);
      stop.check();
      const drafted = draft();
      if (drafted === null) return null;
      const version = this.#head.version + 1;
      const entry = { nonce, ...drafted };
      if (await this.#put(version, entry, patience, stop)) {
        this.#head.apply(version, entry);
        return version;
      }
      stop.check();
      patience.lostRace(version);
      await this.#pause(patience, stop);
    }
  }

  /** Applies entry after entry until there is none. */
  async #catchUp(patience: Patience, stop: Stop): Promise<void> {
    for (;;) {
      const version = this.#head.version + 1;
      const entry = await this.#entryAt(version, patience, stop);
      if (entry === null) return;
      this.#head.apply(version, entry);
    }
  }

  async #entryAt(version: number, patience: Patience, stop: Stop): Promise<Entry | null> {
    let claim: Uint8Array;
    try {
      claim = await this.#patiently(() => this.#store.get(this.#name(version)), patience, stop);
    } catch (error) {
      if (errorCode(error) === "NOT_FOUND") return null;
      throw error;
    }
    const { body } = parsedFrom(claim) as Claim;
    const bytes = await this.#patiently(() => this.#store.get(body), patience, stop);
    return parsedFrom(bytes) as Entry;
  }

  /** Puts the body, and then the claim. Whether the entry has become that version. */
  async #put(version: number, entry: Entry, patience: Patience, stop: Stop): Promise<boolean> {
    const body = `${this.#prefix}body/${entry.nonce}-${version}`;
    try {
      await this.#patiently(() => this.#store.putIfAbsent(body, bytesOf(entry)), patience, stop);
    } catch (error) {
      // Nobody else has such a name: an earlier try, whose answer was lost, has done it.
      if (errorCode(error) !== "ALREADY_EXISTS") throw error;
    }
    stop.check();
    return this.#claim(version, { body }, patience, stop);
  }

  async #claim(version: number, claim: Claim, patience: Patience, stop: Stop): Promise<boolean> {
    let isUnknown = false as boolean;
    const put = async (): Promise<void> => {
      try {
        await this.#store.putIfAbsent(this.#name(version), bytesOf(claim));
      } catch (error) {
        isUnknown ||= errorCode(error) === "TIMED_OUT";
        throw error;
      }
    };
    try {
      try {
        await this.#patiently(put, patience, stop);
        return true;
      } catch (error) {
        if (errorCode(error) !== "ALREADY_EXISTS") throw error;
      }
      if (!isUnknown) return false;
      const stored = await this.#patiently(
        () => this.#store.get(this.#name(version)),
        patience,
        stop,
      );
      return (parsedFrom(stored) as Claim).body === claim.body;
    } catch (error) {
      if (!isUnknown) throw error;
      throw new TimedOutError(`Nobody knows whose entry ${version} is.`, { cause: error });
    }
  }

  /** Makes a call to the store again, after a pause, as long as it may. */
  async #patiently<Answer>(
    call: () => Promise<Answer>,
    patience: Patience,
    stop: Stop,
  ): Promise<Answer> {
    for (;;) {
      stop.check();
      try {
        return await call();
      } catch (error) {
        const code = errorCode(error);
        if (code !== "THROTTLED" && code !== "TIMED_OUT") throw error;
        stop.check();
        patience.fault(error);
      }
      await this.#pause(patience, stop);
    }
  }

  async #pause(patience: Patience, stop: Stop): Promise<void> {
    const most = Math.min(10_000, 20 * 2 ** patience.failures);
    await stop.race(this.#clock.sleep(Math.max(1, this.#random.next() * most)));
  }

  #nonce(): string {
    return Array.from({ length: 4 }, () => this.#random.below(2 ** 32).toString(36)).join("-");
  }

  #name(version: number): string {
    return `${this.#prefix}entry/${String(version).padStart(12, "0")}`;
  }

  // ── Processing ─────────────────────────────────────────────────────────────────────────────────

  async process(source: Source, options: ProcessOptions): Promise<{ readonly nextOffset: number }> {
    refuseUnless(isObject(source) && isText(source.name), "source.name");
    refuseUnless(hasMethods(source.reader, "read"), "source.reader");
    refuseUnless(isObject(options) && ["batch", "stream"].includes(options.mode), "mode");
    const { mode, microBatchMs = 1000, signal } = options;
    if (mode === "stream") refuseUnless(isWhole(microBatchMs, 1, centsMax), "microBatchMs");
    refuseUnless(signal === undefined || signal instanceof AbortSignal, "signal");
    const stop = new Stop(signal);
    stop.check();
    await this.#catchUp(new Patience(this.#attemptsMax), stop);
    let nextOffset = this.#head.sources.get(source.name)?.nextOffset ?? 0;
    const puller = new Puller(source.reader.read(nextOffset)[Symbol.asyncIterator](), this.#clock);
    try {
      for (;;) {
        const { group, end } = await this.#nextGroup(
          puller,
          mode === "stream" ? microBatchMs : undefined,
          stop,
        );
        const last = group.at(-1);
        if (last !== undefined) {
          await this.#commitGroup(source.name, group, stop, signal);
          nextOffset = last.offset + 1;
        }
        if (end === undefined) continue;
        // What came before an error of the reader is committed.
        if ("error" in end) throw end.error;
        return { nextOffset };
      }
    } finally {
      puller.close();
    }
  }

  /** Until there are enough, the source has come to its end, or the first of them has waited for its time. */
  async #nextGroup(puller: Puller, waitMsMax: number | undefined, stop: Stop): Promise<Group> {
    const group: Candidate[] = [];
    let deadline: Promise<"late"> | undefined;
    while (group.length < groupMax) {
      const next = puller.peek();
      const pulled = await stop.race(
        deadline === undefined ? next : Promise.race([next, deadline]),
      );
      // What is under way then is the first of the next group.
      if (pulled === "late") break;
      puller.take();
      if ("error" in pulled || pulled.result.done === true) return { group, end: pulled };
      group.push(pulled.result.value);
      if (waitMsMax === undefined) continue;
      const restMs = Math.max(0, pulled.at + waitMsMax - this.#clock.now());
      deadline ??= this.#clock.sleep(restMs).then(() => "late" as const);
    }
    return { group, end: undefined };
  }

  async #commitGroup(
    name: string,
    group: readonly Candidate[],
    stop: Stop,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const parsed = group.map(({ transaction }) => parse(transaction));
    const verdicts = await stop.race(
      Promise.all(
        parsed.map(async (transaction) => {
          if (transaction === null) return undefined;
          try {
            return await this.#askAbout(transaction, signal);
          } catch {
            return "POISON";
          }
        }),
      ),
    );
    await this.#land(stop, () => {
      const done = this.#head.sources.get(name)?.nextOffset ?? 0;
      const skipped = group.findIndex(({ offset }) => offset >= done);
      if (skipped === -1) return null;
      const rest = group.slice(skipped);
      const { outcomes, accepted } = judge(
        this.#head,
        parsed.slice(skipped),
        verdicts.slice(skipped),
        this.#rules,
        true,
      );
      const quarantined = rest.flatMap(({ offset }, index): Quarantined[] => {
        const outcome = outcomes[index];
        return outcome?.status === "rejected" ? [{ offset, reason: outcome.reason }] : [];
      });
      return { accepted, source: { name, nextOffset: done + rest.length, quarantined } };
    });
  }
}

/** Candidates, and what has come behind them, if that was the end. */
interface Group {
  readonly group: readonly Candidate[];
  readonly end: Pulled | undefined;
}

type Pulled = { result: IteratorResult<Candidate>; at: number } | { error: unknown };

/** Asks a source for one candidate at a time, and knows when it came. */
class Puller {
  readonly #iterator: AsyncIterator<Candidate>;
  readonly #clock: Clock;
  #next: Promise<Pulled> | undefined;

  constructor(iterator: AsyncIterator<Candidate>, clock: Clock) {
    this.#iterator = iterator;
    this.#clock = clock;
  }
  peek(): Promise<Pulled> {
    this.#next ??= this.#pull();
    return this.#next;
  }
  take(): void {
    this.#next = undefined;
  }
  /** A source that never answers does not hear of it, and one that fails then fails for nobody. */
  close(): void {
    void (async () => this.#iterator.return?.())().catch(() => undefined);
  }
  async #pull(): Promise<Pulled> {
    try {
      const result = await this.#iterator.next();
      return { result, at: this.#clock.now() };
    } catch (error) {
      return { error };
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function hasMethods(value: unknown, ...names: string[]): boolean {
  return (
    isObject(value) &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === "function")
  );
}

function refuseUnless(fact: boolean, what: string): asserts fact {
  if (!fact) throw new InvalidArgumentError(`\`${what}\` is not what it should be.`);
}

function refuseUnlessBatch(batch: unknown): asserts batch is Batch {
  refuseUnless(isObject(batch), "batch");
  const { transactions, policy } = batch as Record<string, unknown>;
  refuseUnless(Array.isArray(transactions), "transactions");
  refuseUnless(
    policy === undefined || policy === "all-or-nothing" || policy === "valid-only",
    "policy",
  );
}

function bytesOf(content: Entry | Claim): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(content));
}

function parsedFrom(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

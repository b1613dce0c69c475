/**
 * The contract to the letter: a commit is `readMetadata`, `validateConflicts` and `attemptCommit`, called as a client
 * would call them, with what one needs to know of the other in the metadata and in the plan. Levels 1 to 4.
 */
import {
  AbortedError,
  ClosedError,
  ConflictError,
  errorCode,
  InvalidArgumentError,
  NotImplementedError,
  OverloadedError,
  TimedOutError,
} from "#platform/errors.ts";
import type {
  Account,
  Batch,
  CommitPlan,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
  Metadata,
  OpenAccount,
  Outcome,
  TaskPool,
  TaskPoolOptions,
  Transaction,
  TransactionReader,
  Transfer,
} from "#katas/ledger/contract.ts";

export const level = 4;

export function createTransactionReader(): TransactionReader {
  throw new NotImplementedError("Readers come at level 6.");
}

interface Known extends Metadata {
  readonly history: ReadonlyMap<string, { readonly what: Transaction; readonly version: number }>;
}

interface Planned extends CommitPlan {
  readonly accepted: readonly Transaction[];
}

/** How one call of a client goes on when something goes wrong. */
interface Effort {
  left: number;
  readonly signal?: AbortSignal | undefined;
}

const slowest = 3000;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  const { store, prefix, clock, random, rules = [], slowRules = [], pool } = options;
  const { attemptsMax = 8, commitsWaitingMax = 1024 } = options;
  for (const count of [attemptsMax, commitsWaitingMax])
    if (!Number.isInteger(count) || count < 1) throw bad("a whole number from 1");

  let known: Known = { version: 0, accounts: new Map(), sources: new Map(), history: new Map() };
  let line: Promise<void> = Promise.resolve();
  let inLine = 0;

  const effort = (signal?: AbortSignal): Effort => ({ left: attemptsMax, signal });
  const nameOf = (version: number): string => `${prefix}${version}/entry`;

  async function rest(work: Effort): Promise<void> {
    const round = attemptsMax - work.left;
    const milliseconds = 1 + random.next() * Math.min(slowest, 30 * 2 ** round);
    await orAborted(clock.sleep(milliseconds), work.signal);
  }

  /** Takes one try away. */
  function spend(work: Effort, error: unknown): void {
    work.left--;
    if (work.left <= 0) throw error;
  }

  async function persist<Answer>(work: Effort, call: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (errorCode(error) !== "THROTTLED" && errorCode(error) !== "TIMED_OUT") throw error;
        spend(work, error);
        await rest(work);
      }
    }
  }

  async function latest(work: Effort): Promise<Known> {
    for (;;) {
      refuseAborted(work.signal);
      const version = known.version + 1;
      const entry = await persist(work, () => store.get(nameOf(version))).catch(
        (error: unknown) => {
          if (errorCode(error) === "NOT_FOUND") return undefined;
          throw error;
        },
      );
      refuseAborted(work.signal);
      if (entry === undefined) return known;
      const [, ...transactions] = JSON.parse(new TextDecoder().decode(entry)) as [
        string,
        ...Transaction[],
      ];
      learn(version, transactions);
    }
  }

  function learn(version: number, transactions: readonly Transaction[]): void {
    if (version !== known.version + 1) return;
    const accounts = new Map(known.accounts);
    const history = new Map(known.history);
    for (const what of transactions) {
      carryOut(what, accounts);
      history.set(what.id, { what, version });
    }
    known = { version, accounts, history, sources: known.sources };
  }

  async function slowReasons(
    { transactions }: Batch,
    signal?: AbortSignal,
  ): Promise<(string | undefined)[]> {
    return Promise.all(
      transactions.map(async (candidate) => {
        const input = transactionIn(candidate);
        if (input === undefined || pool === undefined) return undefined;
        let reason: string | undefined;
        await Promise.all(
          slowRules.map(async (kind) => {
            const said = await pool.submit({ kind, input }, signal === undefined ? {} : { signal });
            if (typeof said === "string") reason = said;
          }),
        );
        return reason;
      }),
    );
  }

  function plan(
    { transactions, policy }: Batch,
    slow: readonly (string | undefined)[],
    base: Known,
  ): Planned {
    const version = base.version + 1;
    const accounts = new Map(base.accounts);
    const history = new Map(base.history);
    const accepted: Transaction[] = [];
    const outcomes = transactions.map((candidate, at): Outcome => {
      const what = transactionIn(candidate);
      if (what === undefined) return { status: "rejected", reason: "SCHEMA" };
      const before = history.get(what.id);
      if (before !== undefined)
        return isAlike(before.what, what)
          ? { status: "repeated", version: before.version }
          : { status: "rejected", reason: "ID_CONFLICT" };
      const reason = slow[at] ?? reasonOf(what, accounts) ?? ruleReason(what, accounts);
      if (reason !== undefined) return { status: "rejected", reason };
      carryOut(what, accounts);
      history.set(what.id, { what, version });
      accepted.push(what);
      return { status: "accepted" };
    });
    if (policy === "valid-only" || !outcomes.some(({ status }) => status === "rejected"))
      return { version, outcomes, accepted };
    for (const [at, outcome] of outcomes.entries()) {
      const isNew =
        "version" in outcome ? outcome.version === version : outcome.status === "accepted";
      if (isNew) outcomes[at] = { status: "withheld" };
    }
    return { version, outcomes, accepted: [] };
  }

  function ruleReason(what: Transaction, accounts: ReadonlyMap<string, Account>) {
    for (const { check } of rules.map((rule) => ({ check: rule.check.bind(rule) }))) {
      const reason = check(what, accounts);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  async function attempt(
    { version, outcomes, accepted }: Planned,
    work: Effort,
    name: string,
  ): Promise<CommitResult> {
    if (accepted.length === 0) return { version: null, outcomes };
    const bytes = new TextEncoder().encode(JSON.stringify([name, ...accepted]));
    let isOpen = false as boolean;
    try {
      for (;;) {
        if (!isOpen) refuseAborted(work.signal);
        try {
          await store.putIfAbsent(nameOf(version), bytes);
          break;
        } catch (error) {
          if (errorCode(error) === "ALREADY_EXISTS") {
            const isMine = isOpen && (await ownerOf(version, work)) === name;
            isOpen = false;
            if (isMine) break;
            throw new ConflictError(`Version ${version} is gone.`);
          }
          if (errorCode(error) === "TIMED_OUT") isOpen = true;
          else if (errorCode(error) !== "THROTTLED") throw error;
          spend(work, error);
          await rest(work);
        }
      }
    } catch (cause) {
      throw isOpen ? new TimedOutError(`Version ${version} may be mine.`, { cause }) : cause;
    }
    learn(version, accepted);
    return { version, outcomes };
  }

  async function ownerOf(version: number, work: Effort): Promise<string> {
    const bytes = await persist(work, () => store.get(nameOf(version)));
    return (JSON.parse(new TextDecoder().decode(bytes)) as [string])[0];
  }

  const newName = (): string => [random.next(), random.next(), random.next()].join("/");

  async function commitAlone(
    batch: Batch,
    slow: readonly (string | undefined)[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const work = effort(signal);
    const name = newName();
    for (;;) {
      try {
        return await attempt(plan(batch, slow, await latest(work)), work, name);
      } catch (error) {
        if (errorCode(error) !== "CONFLICT") throw error;
        spend(work, error);
        await rest(work);
      }
    }
  }

  return {
    readMetadata: () => latest(effort()),

    async validateConflicts(batch) {
      refuseOdd(batch);
      const slow = await slowReasons(batch);
      return plan(batch, slow, await latest(effort()));
    },

    attemptCommit: (given) => attempt(given as Planned, { left: 1 }, newName()),

    async commit(batch, { signal } = {}) {
      refuseOdd(batch);
      if (inLine >= commitsWaitingMax) throw new OverloadedError(`${inLine} are in the line.`);
      inLine++;
      const asked = slowReasons(batch, signal);
      const before = line;
      const own = (async () => {
        refuseAborted(signal);
        const slow = await orAborted(asked, signal);
        await orAborted(before, signal);
        return commitAlone(batch, slow, signal);
      })();
      asked.catch(() => undefined);
      line = Promise.allSettled([before, own]).then(() => undefined);
      try {
        return await own;
      } finally {
        inLine--;
      }
    },

    async process() {
      throw new NotImplementedError("Sources come at level 6.");
    },
  };
}

function carryOut(what: Transaction, accounts: Map<string, Account>): void {
  if (what.kind === "open") {
    accounts.set(what.account, { balance: 0, balanceMin: what.balanceMin ?? 0 });
    return;
  }
  const [giver, taker] = [accounts.get(what.from), accounts.get(what.to)];
  if (giver === undefined || taker === undefined) return;
  accounts.set(what.from, { ...giver, balance: giver.balance - what.cents });
  accounts.set(what.to, { ...taker, balance: taker.balance + what.cents });
}

function reasonOf(what: Transaction, accounts: ReadonlyMap<string, Account>): string | undefined {
  if (what.kind === "open") return accounts.has(what.account) ? "ACCOUNT_EXISTS" : undefined;
  const { from, to, cents } = what;
  if (!accounts.has(from) || !accounts.has(to)) return "UNKNOWN_ACCOUNT";
  if (from === to) return "SAME_ACCOUNT";
  const { balance, balanceMin } = accounts.get(from) as Account;
  if (BigInt(balance) - BigInt(cents) < BigInt(balanceMin)) return "INSUFFICIENT_FUNDS";
  const sum = BigInt((accounts.get(to) as Account).balance) + BigInt(cents);
  return sum > BigInt(Number.MAX_SAFE_INTEGER) ? "OVERFLOW" : undefined;
}

function transactionIn(candidate: unknown): Transaction | undefined {
  if (typeof candidate !== "object" || candidate === null) return undefined;
  const { kind, id, account, balanceMin, from, to, cents } = candidate as Record<string, unknown>;
  const areTexts = (...texts: unknown[]): boolean =>
    texts.every((text) => typeof text === "string" && text.length >= 1 && text.length <= 64);
  if (kind === "open" && areTexts(id, account)) {
    if (balanceMin === undefined) return { kind, id, account } as OpenAccount;
    const isLimit = Number.isSafeInteger(balanceMin) && (balanceMin as number) <= 0;
    return isLimit ? ({ kind, id, account, balanceMin } as OpenAccount) : undefined;
  }
  const isTransfer =
    kind === "transfer" &&
    areTexts(id, from, to) &&
    Number.isSafeInteger(cents) &&
    (cents as number) > 0;
  return isTransfer ? ({ kind, id, from, to, cents } as Transfer) : undefined;
}

function isAlike(one: Transaction, other: Transaction): boolean {
  if (one.kind === "transfer")
    return (
      other.kind === "transfer" &&
      one.from === other.from &&
      one.to === other.to &&
      one.cents === other.cents
    );
  return (
    other.kind === "open" &&
    one.account === other.account &&
    (one.balanceMin ?? 0) === (other.balanceMin ?? 0)
  );
}

function bad(what: string): InvalidArgumentError {
  return new InvalidArgumentError(`Expected ${what}.`);
}

function refuseOdd(batch: Batch): void {
  const isBatch = Array.isArray((batch as Batch | null | undefined)?.transactions);
  if (!isBatch) throw bad("a batch with a list of transactions");
  const { policy = "all-or-nothing" } = batch;
  if (!["all-or-nothing", "valid-only"].includes(policy)) throw bad("a policy");
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AbortedError("Called off.");
}

function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new AbortedError("Called off."));
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
  });
}

// ── Pool ──────────────────────────────────────────────────────────────────────────────────────

/** A task is its own little machine; the pool asks each of them whether it may go on. */
interface Piece {
  isWaiting: boolean;
  begin(): void;
}

export function createTaskPool({
  inFlightMax,
  queueLengthMax,
  handlers = {},
}: TaskPoolOptions): TaskPool {
  if (!Number.isInteger(inFlightMax) || inFlightMax < 1) throw bad("inFlightMax from 1");
  if (!Number.isInteger(queueLengthMax) || queueLengthMax < 0) throw bad("queueLengthMax from 0");
  const pieces = new Map<Piece, Promise<void>>();
  let isClosed = false;

  const goOn = (): void => {
    for (const piece of [...pieces.keys()].filter(({ isWaiting }) => isWaiting)) {
      const inFlight = [...pieces.keys()].filter(({ isWaiting }) => !isWaiting).length;
      if (inFlight >= inFlightMax) return;
      piece.isWaiting = false;
      piece.begin();
    }
  };
  const drain = async (): Promise<void> => {
    await Promise.all(pieces.values());
  };

  return {
    async submit({ kind, input }, { signal } = {}) {
      if (isClosed) throw new ClosedError("Closed.");
      const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
      if (handler === undefined) throw bad("a kind with a handler");
      if (pieces.size >= inFlightMax + queueLengthMax) throw new OverloadedError("Full.");
      refuseAborted(signal);
      let leave = (): void => undefined;
      const left = new Promise<void>((resolve) => (leave = resolve));
      const piece: Piece = { isWaiting: true, begin: () => undefined };
      const end = (): void => {
        pieces.delete(piece);
        leave();
        goOn();
      };
      const begun = new Promise<void>((resolve) => (piece.begin = resolve));
      pieces.set(piece, left);
      const run = async (): Promise<unknown> => {
        await begun;
        try {
          return await handler(input, signal === undefined ? {} : { signal });
        } finally {
          end();
        }
      };
      const abort = (): void => {
        if (piece.isWaiting) end();
      };
      signal?.addEventListener("abort", abort);
      const answer = orAborted(run(), signal);
      goOn();
      try {
        return await answer;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    drain,
    close: () => {
      isClosed = true;
      return drain();
    },
    counts: () => {
      throw new NotImplementedError("Counts come at level 5.");
    },
  };
}

/**
 * Levels 1 to 3 in one file: what fits into the coding phase of an interview.
 *   batch ─► schema ─► slow rules, in a pool ─► rules ─► <prefix>1, <prefix>2, <prefix>3, …
 *
 * The put decides: of all who want to be entry n one gets the name. Whoever loses reads what is new, judges
 * again, pauses, puts again. In one validator commits go one at a time, in the order of their calls. Left for
 * later: lost answers (an entry needs a name of its own), ids, throttling, workers, sources.
 */
import { Buffer } from "node:buffer";
import * as errors from "#platform/errors.ts";
import type * as ledger from "#katas/ledger/contract.ts";

export const level = 3;
type Accounts = Map<string, ledger.Account>;
type Signal = { readonly signal?: AbortSignal };
type Plan = ledger.CommitPlan & { readonly accepted: readonly ledger.Transaction[] };
const largest = Number.MAX_SAFE_INTEGER;
const isWhole = (value: unknown, min: number, max = largest): value is number =>
  Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
const isText = (text: unknown): boolean => typeof text === "string" && isWhole(text.length, 1, 64);

function isTransaction(candidate: unknown): candidate is ledger.Transaction {
  if (typeof candidate !== "object" || candidate === null) return false;
  const { kind, id, account, balanceMin = 0, ...rest } = candidate as Record<string, unknown>;
  if (kind === "open") return isText(id) && isText(account) && isWhole(balanceMin, -largest, 0);
  return kind === "transfer" && [id, rest.from, rest.to].every(isText) && isWhole(rest.cents, 1);
}

function reasonAgainst(
  transaction: ledger.Transaction,
  accounts: Accounts,
): ledger.Reason | undefined {
  if (transaction.kind === "open")
    return accounts.has(transaction.account) ? "ACCOUNT_EXISTS" : undefined;
  const { from, to, cents } = transaction;
  const [giver, taker] = [accounts.get(from), accounts.get(to)];
  if (from === to) return "SAME_ACCOUNT";
  if (giver === undefined || taker === undefined) return "UNKNOWN_ACCOUNT";
  if (giver.balance - cents < giver.balanceMin) return "INSUFFICIENT_FUNDS";
  return taker.balance + cents > largest ? "OVERFLOW" : undefined;
}

function happen(transaction: ledger.Transaction, accounts: Accounts): void {
  const add = (name: string, cents: number, balanceMin = 0): void => {
    const account = accounts.get(name) ?? { balance: 0, balanceMin };
    accounts.set(name, { ...account, balance: account.balance + cents });
  };
  if (transaction.kind === "transfer") add(transaction.from, -transaction.cents);
  if (transaction.kind === "transfer") add(transaction.to, transaction.cents);
  if (transaction.kind === "open") add(transaction.account, 0, transaction.balanceMin);
}

export const createCommitValidator: ledger.CreateCommitValidator = (options) => {
  const { store, prefix, rules = [], slowRules = [], attemptsMax = 8, clock, random } = options;
  refuseUnless(isWhole(attemptsMax, 1), "`attemptsMax` to be a whole number from 1");
  let table = { version: 0, accounts: new Map<string, ledger.Account>() };
  let lastTurn: Promise<unknown> = Promise.resolve();
  const readMetadata = async (): Promise<ledger.Metadata> => {
    for (;;) {
      const { version, accounts } = table;
      const bytes = await store.get(`${prefix}${version + 1}`).catch((error: unknown) => {
        if (errors.errorCode(error) !== "NOT_FOUND") throw error;
      });
      if (bytes === undefined) return { ...table, sources: new Map() };
      const after = new Map(accounts); // A copy: what was handed out stays as it was.
      const entry = JSON.parse(Buffer.from(bytes).toString()) as ledger.Transaction[];
      for (const transaction of entry) happen(transaction, after);
      if (table.version === version) table = { version: version + 1, accounts: after };
    }
  };
  const askSlowRules = (batch: ledger.Batch, signal: Signal): Promise<unknown[]> => {
    const { transactions, policy } = { ...batch }; // Also of null, which is then no list.
    refuseUnless(Array.isArray(transactions), "a list of transactions");
    refuseUnless([undefined, "all-or-nothing", "valid-only"].includes(policy), "a known policy");
    const ask = async (input: unknown): Promise<unknown> => {
      if (!isTransaction(input)) return undefined;
      const asked = slowRules.map(async (kind) => options.pool?.submit({ kind, input }, signal));
      return (await Promise.all(asked)).find((answer) => answer !== undefined);
    };
    return Promise.all(transactions.map(ask));
  };
  const planOf = ({ transactions, policy }: ledger.Batch, slowReasons: unknown[]): Plan => {
    const [accounts, version] = [new Map(table.accounts), table.version + 1];
    const accepted: ledger.Transaction[] = [];
    const outcomes = transactions.map((transaction, at): ledger.Outcome => {
      if (!isTransaction(transaction)) return { status: "rejected", reason: "SCHEMA" };
      let reason = reasonAgainst(transaction, accounts) ?? (slowReasons[at] as string | undefined);
      for (const rule of rules) reason ??= rule.check(transaction, accounts);
      if (reason !== undefined) return { status: "rejected", reason };
      happen(transaction, accounts);
      accepted.push(transaction);
      return { status: "accepted" };
    });
    const isAll = policy === "valid-only" || accepted.length === transactions.length;
    if (isAll) return { version, outcomes, accepted };
    const withhold = (one: ledger.Outcome): ledger.Outcome =>
      one.status === "accepted" ? { status: "withheld" } : one;
    return { version, outcomes: outcomes.map(withhold), accepted: [] };
  };
  const attemptCommit = async (plan: ledger.CommitPlan): Promise<ledger.CommitResult> => {
    const { version, outcomes, accepted } = plan as Plan;
    if (accepted.length === 0) return { version: null, outcomes };
    const bytes = Buffer.from(JSON.stringify(accepted));
    await store.putIfAbsent(`${prefix}${version}`, bytes).catch((cause: unknown) => {
      if (errors.errorCode(cause) !== "ALREADY_EXISTS") throw cause;
      throw new errors.ConflictError(`Entry ${version} is somebody else's.`, { cause });
    });
    return { version, outcomes };
  };
  const commitInTurn = async (batch: ledger.Batch, before: Promise<unknown>, signal: Signal) => {
    const asking = askSlowRules(batch, signal); // Before the turn comes: side by side.
    const [slowReasons] = await unlessAborted(Promise.all([asking, before]), signal);
    for (let attempt = 1; ; attempt++) {
      await unlessAborted(readMetadata(), signal);
      try {
        return await attemptCommit(planOf(batch, slowReasons));
      } catch (error) {
        if (errors.errorCode(error) !== "CONFLICT" || attempt === attemptsMax) throw error;
      }
      // At random: those who have lost together would meet again together.
      await unlessAborted(clock.sleep(1 + random.below(Math.min(2000, 20 * 2 ** attempt))), signal);
    }
  };
  return {
    readMetadata,
    attemptCommit,
    async validateConflicts(batch) {
      const slowReasons = await askSlowRules(batch, {});
      await readMetadata();
      return planOf(batch, slowReasons);
    },
    commit(batch, signal = {}) {
      const ending = commitInTurn(batch, lastTurn, signal);
      lastTurn = Promise.allSettled([lastTurn, ending]); // This one may give up before its turn.
      return ending;
    },
    process: () => notYet("process"),
  };
};

export const createTaskPool: ledger.CreateTaskPool = (options) => {
  const { inFlightMax, queueLengthMax, handlers = {} } = options;
  refuseUnless(isWhole(inFlightMax, 1) && isWhole(queueLengthMax, 0), "limits from 1 and from 0");
  const waiting = new Set<() => void>(); // What begins each of them, in order.
  const unfinished = new Set<Promise<unknown>>();
  let inFlight = 0;
  let isClosed = false;
  const beginNext = (): void => {
    const [begin] = waiting;
    if (begin === undefined || inFlight === inFlightMax) return;
    waiting.delete(begin);
    inFlight++;
    begin();
  };
  const drain = () => Promise.allSettled(unfinished).then(() => undefined);
  const submit: ledger.TaskPool["submit"] = async ({ kind, input }, signal = {}) => {
    if (isClosed) throw new errors.ClosedError("The pool was closed.");
    refuseUnless(Object.hasOwn(handlers, kind), "a kind that has a handler");
    if (inFlight + waiting.size >= inFlightMax + queueLengthMax)
      throw new errors.OverloadedError("Too many tasks wait or are in flight.");
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => waiting.add((begin = resolve)));
    const run = async (): Promise<unknown> => {
      try {
        await unlessAborted(begun, signal);
        return await handlers[kind]?.(input, signal);
      } finally {
        if (!waiting.delete(begin)) inFlight--; // However it has ended, its slot is free.
        beginNext();
      }
    };
    const running = run().finally(() => unfinished.delete(running));
    unfinished.add(running);
    beginNext();
    return unlessAborted(running, signal);
  };
  const close = () => {
    isClosed = true;
    return drain();
  };
  return { submit, drain, close, counts: () => notYet("counts") };
};
export const createTransactionReader = (): never => notYet("createTransactionReader");

function unlessAborted<Value>(promise: Promise<Value>, { signal }: Signal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new errors.AbortedError("It was called off."));
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
  });
}

function refuseUnless(fact: boolean, expected: string): void {
  if (!fact) throw new errors.InvalidArgumentError(`Expected ${expected}.`);
}

function notYet(what: string): never {
  throw new errors.NotImplementedError(`${what} belongs to a later level.`);
}

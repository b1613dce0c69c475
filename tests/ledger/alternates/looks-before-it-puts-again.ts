/**
 * Closures around one mutable table: a batch is tried on the table itself and taken back, and done again when its put
 * has won. Commits stand in a mailbox that one loop empties. Entries are fetched several at a time. After a time-out
 * it looks whether the entry is there, and puts again only when it is not. Whatever a source has ready is committed
 * at once. Each worker has one task.
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
import type { Task, TaskOutcome, TaskWorker } from "#platform/workers.ts";
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
  TaskCounts,
  TaskPool,
  TaskPoolOptions,
  Transaction,
  TransactionReader,
} from "#katas/ledger/contract.ts";

export const level = 6;

// ── Reading ───────────────────────────────────────────────────────────────────────────────────

const openLine = /^open,([^,]*),([^,]*),([^,]*)$/;
const transferLine = /^transfer,([^,]*),([^,]*),([^,]*),([^,]*)$/;

const parsers: Record<string, (line: string) => unknown> = {
  __proto__: null as never,
  "json-lines"(line) {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return line;
    }
  },
  csv(line) {
    const opening = openLine.exec(line);
    if (opening !== null) {
      const [, id, account, limit = ""] = opening;
      return limit === ""
        ? { kind: "open", id, account }
        : { kind: "open", id, account, balanceMin: numberIn(limit) };
    }
    const transfer = transferLine.exec(line);
    if (transfer === null) return line;
    const [, id, from, to, cents = ""] = transfer;
    return { kind: "transfer", id, from, to, cents: numberIn(cents) };
  },
};

function numberIn(text: string): number {
  return /^-?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
}

export function createTransactionReader({
  format,
  text,
}: {
  format: string;
  text: string;
}): TransactionReader {
  const parse = parsers[format];
  if (parse === undefined)
    throw new InvalidArgumentError(`Expected a known format, got ${format}.`);
  return {
    async *read(from) {
      let offset = 0;
      for (let start = 0; start < text.length; offset++) {
        const end = text.indexOf("\n", start);
        const line = end === -1 ? text.slice(start) : text.slice(start, end);
        start = end === -1 ? text.length : end + 1;
        if (offset >= from) yield { offset, transaction: parse(line) };
      }
    },
  };
}

// ── Validator ─────────────────────────────────────────────────────────────────────────────────

interface Entry {
  by: string;
  done: Transaction[];
  source?: { name: string; next: number; bad: Quarantined[] };
}

interface Letter {
  batch: Batch;
  slow: Promise<(string | undefined)[]>;
  signal: AbortSignal | undefined;
  /** Rejects when the signal is aborted. */
  aborted: Promise<never>;
  readonly answer: (result: CommitResult) => void;
  readonly refuse: (error: Error) => void;
}

const fetchedTogether = 4;
const chunkMax = 64;
const never = new Promise<never>(() => undefined);

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  const { store, prefix, rules = [], clock, random, slowRules = [], pool } = options;
  const { attemptsMax = 8, commitsWaitingMax = 1024 } = options;
  refuseUnless(isCount(attemptsMax, 1), "attemptsMax");
  refuseUnless(isCount(commitsWaitingMax, 1), "commitsWaitingMax");

  let version = 0;
  const accounts = new Map<string, Account>();
  const ids = new Map<string, { payload: string; version: number }>();
  const sources = new Map<string, SourceProgress>();
  let shown: Metadata | undefined;
  const plans = new WeakMap<CommitPlan, Transaction[]>();
  const mailbox: Letter[] = [];
  let unanswered = 0;
  let isEmptying = false;

  const nameOf = (number: number): string => `${prefix}v${number}`;

  // Patience: what may go wrong in one call, and pauses.
  const patience = () => {
    let failures = 0;
    return {
      wrong(error: unknown): void {
        failures++;
        if (failures >= attemptsMax) throw error;
      },
      pause: (aborted: Promise<never>) =>
        Promise.race([clock.sleep(5 + random.below(10 * 3 ** Math.min(failures, 6))), aborted]),
    };
  };
  type Patience = ReturnType<typeof patience>;

  async function stubborn<Answer>(
    call: () => Promise<Answer>,
    patient: Patience,
    aborted: Promise<never>,
  ): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const code = errorCode(error);
        if (code !== "THROTTLED" && code !== "TIMED_OUT") throw error;
        patient.wrong(error);
        if (code === "THROTTLED") await patient.pause(aborted);
      }
    }
  }

  async function fetch(
    number: number,
    patient: Patience,
    aborted: Promise<never>,
  ): Promise<Entry | undefined> {
    try {
      const bytes = await stubborn(() => store.get(nameOf(number)), patient, aborted);
      return JSON.parse(new TextDecoder().decode(bytes)) as Entry;
    } catch (error) {
      if (errorCode(error) === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  async function catchUp(patient: Patience, signal?: AbortSignal, aborted = never): Promise<void> {
    for (let together = 1; ; together = fetchedTogether) {
      const first = version + 1;
      const numbers = Array.from({ length: together }, (_, index) => first + index);
      const fetched = await Promise.all(
        numbers.map((number) => settled(fetch(number, patient, aborted))),
      );
      refuseIfAborted(signal);
      for (const [index, result] of fetched.entries()) {
        if ("error" in result) throw result.error;
        if (result.value === undefined) return;
        enter(first + index, result.value);
      }
    }
  }

  function enter(number: number, { done, source }: Entry): void {
    if (number !== version + 1) return;
    version = number;
    shown = undefined;
    for (const transaction of done) {
      move(transaction, 1);
      ids.set(transaction.id, { payload: payloadOf(transaction), version });
    }
    if (source === undefined) return;
    const { name, next, bad } = source;
    const quarantined = [...(sources.get(name)?.quarantined ?? []), ...bad];
    sources.set(name, { nextOffset: next, quarantined });
  }

  /** Does a transaction to the accounts, or takes it back. */
  function move(transaction: Transaction, direction: 1 | -1): void {
    if (transaction.kind === "open") {
      const { account, balanceMin = 0 } = transaction;
      if (direction === 1) accounts.set(account, { balance: 0, balanceMin: balanceMin + 0 });
      else accounts.delete(account);
      return;
    }
    for (const [name, cents] of [
      [transaction.from, -transaction.cents],
      [transaction.to, transaction.cents],
    ] as const) {
      const account = accounts.get(name);
      if (account !== undefined)
        accounts.set(name, { ...account, balance: account.balance + direction * cents });
    }
  }

  function tryOne(
    candidate: unknown,
    slow: string | undefined,
    done: Transaction[],
    mine: Map<string, string>,
  ): Outcome {
    const transaction = parsed(candidate);
    if (transaction === undefined) return { status: "rejected", reason: "SCHEMA" };
    const payload = payloadOf(transaction);
    const own = mine.get(transaction.id);
    const use =
      own === undefined ? ids.get(transaction.id) : { payload: own, version: version + 1 };
    if (use !== undefined)
      return use.payload === payload
        ? { status: "repeated", version: use.version }
        : { status: "rejected", reason: "ID_CONFLICT" };
    let reason = slow ?? objection(transaction);
    for (const rule of rules) reason ??= rule.check(transaction, accounts);
    if (reason !== undefined) return { status: "rejected", reason };
    move(transaction, 1);
    done.push(transaction);
    mine.set(transaction.id, payload);
    return { status: "accepted" };
  }

  function objection(transaction: Transaction): string | undefined {
    if (transaction.kind === "open")
      return accounts.has(transaction.account) ? "ACCOUNT_EXISTS" : undefined;
    const [from, to] = [accounts.get(transaction.from), accounts.get(transaction.to)];
    if (from === undefined || to === undefined) return "UNKNOWN_ACCOUNT";
    if (from === to) return "SAME_ACCOUNT";
    // Both differences are of numbers that fit, and are never rounded over the limit.
    if (from.balance - from.balanceMin < transaction.cents) return "INSUFFICIENT_FUNDS";
    if (Number.MAX_SAFE_INTEGER - transaction.cents < to.balance) return "OVERFLOW";
    return undefined;
  }

  /** Tries what `attempt` does with the table, and takes it back. */
  function tried<Answer>(
    attempt: (done: Transaction[], mine: Map<string, string>) => Answer,
  ): Answer {
    const done: Transaction[] = [];
    try {
      return attempt(done, new Map());
    } finally {
      for (const transaction of [...done].reverse()) move(transaction, -1);
    }
  }

  function judge(
    { transactions, policy }: Batch,
    slow: readonly (string | undefined)[],
  ): { outcomes: Outcome[]; done: Transaction[] } {
    return tried((done, mine) => {
      const outcomes = transactions.map((candidate, at) => tryOne(candidate, slow[at], done, mine));
      const isBroken = outcomes.some(({ status }) => status === "rejected");
      if (!isBroken || policy === "valid-only") return { outcomes, done: [...done] };
      const next = version + 1;
      const kept = outcomes.map((outcome): Outcome => {
        const isNew = outcome.status === "repeated" && outcome.version === next;
        return outcome.status === "accepted" || isNew ? { status: "withheld" } : outcome;
      });
      return { outcomes: kept, done: [] };
    });
  }

  /** Whether it has become that entry. */
  async function put(
    number: number,
    entry: Entry,
    patient: Patience,
    signal: AbortSignal | undefined,
    aborted: Promise<never>,
  ): Promise<boolean> {
    const bytes = new TextEncoder().encode(JSON.stringify(entry));
    for (;;) {
      refuseIfAborted(signal);
      try {
        await store.putIfAbsent(nameOf(number), bytes);
        return true;
      } catch (error) {
        const code = errorCode(error);
        if (code === "ALREADY_EXISTS") return false;
        if (code !== "THROTTLED" && code !== "TIMED_OUT") throw error;
        if (code === "THROTTLED") {
          patient.wrong(error);
          await patient.pause(aborted);
          continue;
        }
        // It has happened by now or never will: whoever finds nothing may put again.
        try {
          patient.wrong(error);
          const found = await fetch(number, patient, never);
          if (found !== undefined) return found.by === entry.by;
        } catch (cause) {
          throw new TimedOutError(`Entry ${number} may be there.`, { cause });
        }
      }
    }
  }

  /** Appends what `propose` makes of the table, again after each lost race. */
  async function append(
    propose: (by: string) => Entry | undefined,
    signal: AbortSignal | undefined,
    aborted: Promise<never>,
  ): Promise<number | null> {
    const patient = patience();
    const by = [0, 0, 0, 0].map(() => random.below(2 ** 31)).join(".");
    for (;;) {
      await catchUp(patient, signal, aborted);
      const entry = propose(by);
      if (entry === undefined) return null;
      const number = version + 1;
      if (await put(number, entry, patient, signal, aborted)) {
        enter(number, entry);
        return number;
      }
      patient.wrong(new ConflictError(`Entry ${number} is taken.`));
      await patient.pause(aborted);
    }
  }

  async function ask(candidate: unknown, signal?: AbortSignal): Promise<string | undefined> {
    const input = parsed(candidate);
    if (input === undefined || pool === undefined) return undefined;
    const answers = await Promise.all(
      slowRules.map((kind) => pool.submit({ kind, input }, signal === undefined ? {} : { signal })),
    );
    return answers.find((answer): answer is string => typeof answer === "string");
  }

  async function emptyMailbox(): Promise<void> {
    if (isEmptying) return;
    isEmptying = true;
    for (let letter = mailbox.shift(); letter !== undefined; letter = mailbox.shift()) {
      const { batch, slow, signal, aborted, answer, refuse } = letter;
      try {
        const reasons = await Promise.race([slow, aborted]);
        let outcomes: Outcome[] = [];
        const number = await append(
          (by) => {
            const judged = judge(batch, reasons);
            outcomes = judged.outcomes;
            return judged.done.length === 0 ? undefined : { by, done: judged.done };
          },
          signal,
          aborted,
        );
        answer({ version: number, outcomes });
      } catch (error) {
        refuse(error as Error);
      }
    }
    isEmptying = false;
  }

  return {
    async readMetadata() {
      await catchUp(patience());
      shown ??= { version, accounts: new Map(accounts), sources: new Map(sources) };
      return shown;
    },

    async validateConflicts(batch) {
      refuseBatch(batch);
      const slow = await Promise.all(batch.transactions.map((candidate) => ask(candidate)));
      await catchUp(patience());
      const { outcomes, done } = judge(batch, slow);
      const plan = { version: version + 1, outcomes };
      plans.set(plan, done);
      return plan;
    },

    async attemptCommit(plan) {
      const done = plans.get(plan) ?? [];
      if (done.length === 0) return { version: null, outcomes: plan.outcomes };
      const entry = { by: String(random.next()), done };
      try {
        await store.putIfAbsent(
          nameOf(plan.version),
          new TextEncoder().encode(JSON.stringify(entry)),
        );
      } catch (error) {
        if (errorCode(error) !== "ALREADY_EXISTS") throw error;
        throw new ConflictError(`Entry ${plan.version} is taken.`);
      }
      enter(plan.version, entry);
      return { version: plan.version, outcomes: plan.outcomes };
    },

    async commit(batch, { signal } = {}) {
      refuseBatch(batch);
      if (unanswered >= commitsWaitingMax) throw new OverloadedError("Too many commits wait.");
      refuseIfAborted(signal);
      unanswered++;
      const { aborted, stop } = abortOf(signal);
      const slow = Promise.all(batch.transactions.map((candidate) => ask(candidate, signal)));
      slow.catch(() => undefined);
      try {
        return await new Promise<CommitResult>((answer, refuse: (error: Error) => void) => {
          const letter = { batch, slow, signal, aborted, answer, refuse };
          mailbox.push(letter);
          // One that still waits for its turn leaves at once.
          aborted.catch((error: unknown) => {
            const at = mailbox.indexOf(letter);
            if (at === -1) return;
            mailbox.splice(at, 1);
            refuse(error as Error);
          });
          void emptyMailbox();
        });
      } finally {
        stop();
        unanswered--;
      }
    },

    async process(source: Source, options: ProcessOptions) {
      const { mode, microBatchMs = 1, signal } = options;
      const { name } = source;
      refuseUnless(typeof name === "string" && name !== "" && name.length <= 64, "name");
      refuseUnless(["batch", "stream"].includes(mode), "mode");
      refuseUnless(isCount(microBatchMs, 1), "microBatchMs");
      const { aborted, stop } = abortOf(signal);
      refuseIfAborted(signal);
      const doneUpTo = (): number => sources.get(name)?.nextOffset ?? 0;
      await catchUp(patience(), signal, aborted);
      let nextOffset = doneUpTo();
      const ready: Candidate[] = [];
      const news = bell();
      const room = bell();
      let ending: { error?: unknown } | undefined;
      const iterator = source.reader.read(nextOffset)[Symbol.asyncIterator]();
      const pump = async (): Promise<void> => {
        while (ending === undefined) {
          const step = await iterator.next();
          if (step.done === true) break;
          ready.push(step.value);
          news.ring();
          if (ready.length >= chunkMax) await room.rung();
        }
        ending ??= {};
      };
      pump()
        .catch((error: unknown) => (ending = { error }))
        .finally(() => news.ring());

      const commitChunk = async (chunk: readonly Candidate[]): Promise<void> => {
        const asked = Promise.all(chunk.map(({ transaction }) => settled(ask(transaction))));
        const slow = await Promise.race([asked, aborted]);
        await append(
          (by) =>
            tried((done, mine) => {
              const bad: Quarantined[] = [];
              for (const [at, { offset, transaction }] of chunk.entries()) {
                if (offset < doneUpTo()) continue;
                const reason = reasonToLeaveOut(slow[at], (reason) =>
                  tryOne(transaction, reason, done, mine),
                );
                if (reason !== undefined) bad.push({ offset, reason });
              }
              const next = (chunk.at(-1)?.offset ?? -1) + 1;
              if (next <= doneUpTo()) return undefined;
              return { by, done: [...done], source: { name, next, bad } };
            }),
          signal,
          aborted,
        );
      };

      try {
        for (;;) {
          if (ready.length === 0 && ending === undefined)
            await Promise.race([news.rung(), aborted]);
          // What is ready at once comes within this turn.
          await new Promise(setImmediate);
          refuseIfAborted(signal);
          const chunk = ready.splice(0);
          room.ring();
          if (chunk.length > 0) {
            await commitChunk(chunk);
            nextOffset = (chunk.at(-1)?.offset ?? 0) + 1;
          } else if (ending !== undefined) {
            if ("error" in ending) throw (ending as { error: unknown }).error;
            return { nextOffset };
          }
        }
      } finally {
        stop();
        ending ??= {};
        room.ring();
        iterator.return?.().then(undefined, () => undefined);
      }
    },
  };
}

type Settled<Value> = { value: Value } | { error: unknown };

function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function reasonToLeaveOut(
  slow: Settled<string | undefined> | undefined,
  attempt: (reason: string | undefined) => Outcome,
): string | undefined {
  if (slow === undefined || "error" in slow) return "POISON";
  try {
    const outcome = attempt(slow.value);
    return outcome.status === "rejected" ? outcome.reason : undefined;
  } catch {
    return "POISON";
  }
}

function parsed(candidate: unknown): Transaction | undefined {
  if (typeof candidate !== "object" || candidate === null) return undefined;
  const { kind, id, account, balanceMin, from, to, cents } = candidate as Record<string, unknown>;
  if (kind === "open") {
    if (![id, account].every(isName)) return undefined;
    const isLimit =
      balanceMin === undefined || (isCount(balanceMin, -Infinity) && !(balanceMin > 0));
    if (!isLimit) return undefined;
    const opening = { kind: "open", id: id as string, account: account as string } as const;
    return balanceMin === undefined ? opening : { ...opening, balanceMin };
  }
  if (kind !== "transfer" || ![id, from, to].every(isName) || !isCount(cents, 1)) return undefined;
  return { kind, id: id as string, from: from as string, to: to as string, cents };
}

function payloadOf(transaction: Transaction): string {
  const { kind } = transaction;
  return kind === "open"
    ? `open ${(transaction.balanceMin ?? 0) + 0} ${transaction.account}`
    : JSON.stringify([transaction.from, transaction.to, transaction.cents]);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length < 65;
}

function isCount(value: unknown, min: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= min;
}

function refuseUnless(fact: boolean, name: string): void {
  if (!fact) throw new InvalidArgumentError(`Expected another \`${name}\`.`);
}

function refuseBatch(batch: Batch): void {
  refuseUnless(Object(batch) === batch, "batch");
  refuseUnless(Array.isArray(batch.transactions), "transactions");
  refuseUnless([undefined, "all-or-nothing", "valid-only"].includes(batch.policy), "policy");
}

function refuseIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw called();
}

function called(): AbortedError {
  return new AbortedError("It was called off.");
}

function abortOf(signal: AbortSignal | undefined): { aborted: Promise<never>; stop: () => void } {
  if (signal === undefined) return { aborted: never, stop: () => undefined };
  let listener = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => reject(called());
    signal.addEventListener("abort", listener);
  });
  aborted.catch(() => undefined);
  return { aborted, stop: () => signal.removeEventListener("abort", listener) };
}

/** Somebody waits until it is rung. */
function bell(): { ring(): void; rung(): Promise<void> } {
  let wake = (): void => undefined;
  return { ring: () => wake(), rung: () => new Promise((resolve) => (wake = resolve)) };
}

// ── Pool ──────────────────────────────────────────────────────────────────────────────────────

interface Ticket {
  task: Task;
  signal: AbortSignal | undefined;
  state: "waits" | "flies" | "over";
  isAnswered: boolean;
  deaths: number;
  answer(value: unknown): void;
  refuse(error: unknown): void;
  forget(): void;
}

interface Desk {
  worker: TaskWorker;
  ticket: Ticket | undefined;
  until: number;
  isLeaving: boolean;
}

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  const { inFlightMax, queueLengthMax, handlers, workers, clock } = options;
  const { workerCount = 1, taskMsMax = 30_000 } = options;
  refuseUnless(isCount(inFlightMax, 1), "inFlightMax");
  refuseUnless(isCount(queueLengthMax, 0), "queueLengthMax");
  refuseUnless(isCount(workerCount, 1) && workerCount <= inFlightMax, "workerCount");
  refuseUnless(isCount(taskMsMax, 1), "taskMsMax");
  refuseUnless(
    handlers !== undefined || (workers !== undefined && clock !== undefined),
    "handlers",
  );

  /** All that are not over, in the order of their calls. */
  const tickets: Ticket[] = [];
  const watchers: { left: Ticket[]; resolve(): void }[] = [];
  const desks: Desk[] = [];
  const counts = { submitted: 0, succeeded: 0, failed: 0 };
  let isClosed = false;
  let isWatching = false;

  function settle(ticket: Ticket, end: { value: unknown } | { error: unknown }): void {
    if (ticket.isAnswered) return;
    ticket.isAnswered = true;
    ticket.forget();
    counts["value" in end ? "succeeded" : "failed"]++;
    if ("value" in end) ticket.answer(end.value);
    else ticket.refuse(end.error);
  }

  function over(ticket: Ticket): void {
    ticket.state = "over";
    tickets.splice(tickets.indexOf(ticket), 1);
    for (const watcher of watchers)
      if (watcher.left.every(({ state }) => state === "over")) watcher.resolve();
  }

  function advance(): void {
    for (const ticket of [...tickets]) {
      if (ticket.state !== "waits") continue;
      if (workers === undefined) {
        if (tickets.filter(({ state }) => state === "flies").length >= inFlightMax) return;
        ticket.state = "flies";
        void runHere(ticket);
        continue;
      }
      const desk = freeDesk();
      if (desk === undefined) return;
      seat(ticket, desk);
    }
  }

  async function runHere(ticket: Ticket): Promise<void> {
    const { task, signal } = ticket;
    try {
      const handler = handlers?.[task.kind];
      settle(ticket, {
        value: await handler?.(task.input, signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      settle(ticket, { error });
    }
    over(ticket);
    advance();
  }

  function freeDesk(): Desk | undefined {
    const free = desks.find(({ ticket, isLeaving }) => ticket === undefined && !isLeaving);
    if (free !== undefined || desks.length >= workerCount || workers === undefined) return free;
    const desk: Desk = { worker: workers.start(), ticket: undefined, until: 0, isLeaving: false };
    desks.push(desk);
    desk.worker.onMessage(([outcome]) => hear(desk, outcome));
    desk.worker.onExit((cause) => leave(desk, cause));
    return desk;
  }

  function seat(ticket: Ticket, desk: Desk): void {
    try {
      desk.worker.post([ticket.task]);
    } catch (error) {
      settle(ticket, { error });
      over(ticket);
      return;
    }
    ticket.state = "flies";
    desk.ticket = ticket;
    desk.until = (clock?.now() ?? 0) + taskMsMax;
    void watch();
  }

  function hear(desk: Desk, outcome: TaskOutcome | undefined): void {
    const { ticket } = desk;
    desk.ticket = undefined;
    if (ticket === undefined || outcome === undefined) return;
    if (outcome.ok) settle(ticket, { value: outcome.value });
    else {
      const { message, code, name } = outcome.error;
      const error = Object.assign(new Error(message), { name }, code === undefined ? {} : { code });
      settle(ticket, { error });
    }
    over(ticket);
    advance();
  }

  function leave(desk: Desk, cause: Error | undefined): void {
    desks.splice(desks.indexOf(desk), 1);
    const { ticket } = desk;
    if (ticket !== undefined) {
      ticket.deaths++;
      if (!ticket.isAnswered && ticket.deaths < 2) ticket.state = "waits";
      else {
        settle(ticket, { error: new WorkerLostError("Its workers are gone.", { cause }) });
        over(ticket);
      }
    }
    advance();
  }

  async function watch(): Promise<void> {
    if (isWatching || clock === undefined) return;
    isWatching = true;
    for (;;) {
      const busy = desks.filter(({ ticket, isLeaving }) => ticket !== undefined && !isLeaving);
      if (busy.length === 0) break;
      const restMs = Math.min(...busy.map(({ until }) => until)) - clock.now();
      if (restMs > 0) await clock.sleep(restMs);
      for (const desk of busy) {
        if (desk.ticket === undefined || desk.until > clock.now()) continue;
        desk.isLeaving = true;
        void desk.worker.terminate();
      }
    }
    isWatching = false;
  }

  function drain(): Promise<void> {
    if (tickets.length === 0) return Promise.resolve();
    return new Promise((resolve) => watchers.push({ left: [...tickets], resolve }));
  }

  return {
    async submit(task, { signal } = {}) {
      if (isClosed) throw new ClosedError("The pool is closed.");
      const isKnown = workers !== undefined || Object.hasOwn(handlers ?? {}, task.kind);
      refuseUnless(isKnown, "kind");
      if (tickets.length >= inFlightMax + queueLengthMax) throw new OverloadedError("It is full.");
      counts.submitted++;
      if (signal?.aborted === true) {
        counts.failed++;
        throw called();
      }
      return new Promise((answer, refuse) => {
        const ticket: Ticket = {
          ...{ task, signal, answer, refuse },
          state: "waits",
          isAnswered: false,
          deaths: 0,
          forget: () => signal?.removeEventListener("abort", abort),
        };
        const abort = (): void => {
          settle(ticket, { error: called() });
          if (ticket.state === "waits") over(ticket);
        };
        signal?.addEventListener("abort", abort);
        tickets.push(ticket);
        advance();
      });
    },
    drain,
    async close() {
      isClosed = true;
      await drain();
      await Promise.all(desks.map(({ worker }) => worker.terminate()));
    },
    counts: (): TaskCounts => ({ ...counts }),
  };
}

/**
 * Plays a script: makes the world, runs the clients in the order of the schedule, tells every call and answer as a
 * line, and has the history judged when all is over.
 *
 * A check names the kinds of contradiction that break its promise; what breaks another one is the matter of that
 * one's check. An error where an answer is due, and a call that nobody ever answers, break every promise.
 */
import { errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import {
  FlakyStore,
  type StoreCall,
  StoredObjects,
  type StoreFault,
} from "#platform/testing/flaky-store.ts";
import { microtasksDone } from "#platform/testing/gates.ts";
import type { Scheduler as AnyScheduler } from "#platform/testing/schedules.ts";
import type {
  Batch,
  CommitPlan,
  CommitResult,
  CommitValidator,
  Metadata,
  SourceProgress,
  Subject,
} from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { HistoryEvent } from "../harness/check.ts";
import type { Finding, Listener } from "../harness/experiment.ts";
import { describeError } from "../harness/in-words.ts";
import { runLife } from "../harness/life.ts";
import type {
  CommitRecord,
  Ending,
  HistoryRecord,
  PlanRecord,
  ReadRecord,
  Seen,
} from "./history.ts";
import { isJudgedRefusal, judgeHistory, type Kind, type Problem, times } from "./judge.ts";
import { ruleNamed } from "./rules.ts";
import {
  batchInWords,
  type CrashPlan,
  open,
  pay,
  type Script,
  shown,
  type Step,
  valueOf,
} from "./script.ts";
import {
  HastyClock,
  ledgerPrefix,
  type Life,
  type MadeCall,
  nameOfCall,
  World,
  type WorldCall,
} from "./world.ts";

/** Ends a run with what it has found. */
export class SessionEnd extends Error {
  readonly finding: Exclude<Finding, { kind: "held" }>;

  constructor(finding: Exclude<Finding, { kind: "held" }>) {
    super(finding.kind);
    this.finding = finding;
  }
}

export interface SessionSetting {
  promise: InvariantId;
  /** Which contradictions break it. */
  breaks: readonly Kind[];
  copies: readonly Subject[];
  listener: Listener | undefined;
}

interface Client {
  readonly number: number;
  readonly steps: readonly Step[];
  life: Life;
  readonly plans: Map<
    string,
    { plan: CommitPlan; transactions: readonly unknown[]; policy: "all-or-nothing" | "valid-only" }
  >;
  readonly waiting: Set<Promise<void>>;
  /** Reads that nobody waits for. */
  readonly reading: Set<Promise<void>>;
  /** Entries of others since its last call. */
  newEntries: number;
  isDone: boolean;
}

/** Which gate of this world opens next. */
export type Scheduler = AnyScheduler<WorldCall>;

const rivalPutsMax = 60;

export class Session {
  readonly world = new World();
  readonly records: HistoryRecord[] = [];
  readonly promise: InvariantId;
  readonly features = new Set<string>();
  /** Whether the end of a validator came while it had something to do. */
  hasCrashed = false;
  /** Whether the one that took over came to its end, too. */
  hasCrashedAgain = false;
  answers = 0;
  /** What checks look at beside the history; told at the end. */
  readonly problems: Problem[] = [];
  readonly #breaks: readonly Kind[];
  readonly #copies: Subject[];
  readonly #listener: Listener | undefined;
  #script: Script = { clients: [], order: [] };
  #time = 0;
  #rival: { validator: CommitValidator; count: number } | undefined;
  #underWay = new Map<object, string>();
  #schedule: number[] = [];
  #found: SessionEnd | undefined;
  /** Pauses and slow rules that have come to their end. */
  #waits = 0;

  constructor({ promise, breaks, copies, listener }: SessionSetting) {
    this.promise = promise;
    this.#breaks = breaks;
    this.#copies = [...copies];
    this.#listener = listener;
    this.world.onSettled = (life, made) => this.#storeSettled(life, made);
  }

  // ── Playing ─────────────────────────────────────────────────────────────────────────────────

  async play(script: Script, scheduler: Scheduler): Promise<void> {
    this.#script = script;
    if (script.known !== undefined) this.tell(script.known, "", "note", null);
    const clients = script.clients.map((steps, index): Client => ({
      number: index + 1,
      steps,
      life: this.#newLife(),
      plans: new Map(),
      waiting: new Set(),
      reading: new Set(),
      newEntries: 0,
      isDone: false,
    }));
    if (script.options?.hasNeighbours === true) await this.#addNeighbours();
    this.world.isTimeLast =
      script.options?.slowLast === true || script.options?.executor === "workers";
    const { gates } = this.world;
    const ends = endsOf(script.crash);
    const end = await runLife<WorldCall>(
      async () => {
        await Promise.all(clients.map((client) => this.#runClient(client, clients.length > 1)));
        this.world.isOver = true;
      },
      {
        gates,
        scheduler: this.#watched(
          script.options?.slowLast === true ? slowLast(scheduler) : scheduler,
        ),
        atRest: async (step) => {
          const { crash } = script;
          if (crash !== undefined && step >= (ends[0] ?? Number.POSITIVE_INFINITY)) {
            ends.shift();
            this.#crash(clients[crash.client] as Client, crash.isDone);
            await microtasksDone();
          }
          this.world.offerTime();
          return true;
        },
        wake: () => {
          this.#waits++;
          return this.world.wake();
        },
        stepsMax: 6000,
      },
    );
    this.#schedule = end.schedule;
    if (this.#found !== undefined) throw this.#found;
    if (end.error instanceof SessionEnd) throw end.error;
    if (end.error !== undefined) throw end.error as Error;
    if (end.how === "hung") this.#hangs();
  }

  async #runClient(client: Client, isOneOfSeveral: boolean): Promise<void> {
    if (isOneOfSeveral) await this.world.gates.begin(client.number);
    for (const step of client.steps) await this.#take(client, step);
    await this.#answered(client);
    client.isDone = true;
  }

  async #take(client: Client, step: Step): Promise<void> {
    switch (step.do) {
      case "commit":
        return this.#commit(client, step);
      case "read":
        if (step.unanswered === true) {
          const reading = this.#read(client.life, client.number).then(() => undefined);
          track(reading, client.reading);
          return;
        }
        this.#heed(client.life, step);
        await this.#read(client.life, client.number, false, client.newEntries);
        client.newEntries = 0;
        this.#calm(client.life);
        return;
      case "plan":
        return this.#plan(client, step);
      case "attempt":
        return this.#attempt(client, step.plan);
      case "others":
        await this.#rivalsCommit(Array.from({ length: step.count }));
        client.newEntries += step.count;
        return;
      case "answers":
        return this.#answered(client);
      case "restart":
        await this.#answered(client);
        this.tell("a new validator takes over", "", "open", client.number);
        client.life = this.#newLife();
        return;
    }
  }

  async #answered(client: Client): Promise<void> {
    await Promise.all([...client.waiting, ...client.reading]);
  }

  #newLife(): Life {
    const copy = this.#copies.shift();
    if (copy === undefined) throw new RangeError("Expected a copy of the code for each life.");
    return this.world.newLife(copy, this.#script.options);
  }

  #crash(client: Client, isDone: boolean): void {
    if (client.isDone) return;
    this.hasCrashedAgain = this.hasCrashed;
    this.hasCrashed = true;
    const underWay = this.world.gates
      .underWay()
      .flatMap((call) =>
        call.kind === "store" && call.life === client.life.store.life ? [nameOfCall(call)] : [],
      );
    const fate = isDone ? "had its effect" : "had no effect";
    this.tell(
      "⚡ the validator comes to its end",
      underWay.length === 0 ? "" : `${underWay.join(", ")} ${fate}`,
      "kill",
      client.number,
    );
    const { life } = client;
    client.life = this.#newLife();
    const at = this.#time++;
    for (const record of this.records)
      if (record.kind === "commit" && record.life === life.number && record.ending.how === "lost")
        record.settledAt = at;
    client.waiting.clear();
    client.reading.clear();
    client.plans.clear();
    life.kill(isDone);
  }

  /** The ids of the transactions about which slow rules had been asked when the first of them answered. */
  askedFirst: ReadonlySet<string> | undefined;

  #transactionsAsked(): ReadonlySet<string> {
    const asked = this.world.lives.flatMap(({ slowTasks }) =>
      slowTasks.map(({ input }) => (input as { id: string }).id),
    );
    return new Set(asked);
  }

  /** Counts what an aborted commit must not wait for. */
  #watched(scheduler: Scheduler): Scheduler {
    return {
      choose: (pending) => {
        const choice = scheduler.choose(pending);
        const call = pending[choice]?.call;
        if (call?.kind === "slow" || call?.kind === "time") this.#waits++;
        if (call?.kind === "slow" && this.askedFirst === undefined)
          this.askedFirst = this.#transactionsAsked();
        return choice;
      },
    };
  }

  // ── Steps ───────────────────────────────────────────────────────────────────────────────────

  async #commit(client: Client, step: Extract<Step, { do: "commit" }>): Promise<void> {
    const { life } = client;
    const transactions = step.batch.map(valueOf);
    const batch: Batch =
      step.policy === undefined ? { transactions } : { transactions, policy: step.policy };
    const what = `commit ${batchInWords(transactions, step.policy)}`;
    const controller = step.abort === undefined ? undefined : new AbortController();
    const aborting = { at: -1, waits: 0, puts: 0 };
    const putsOf = (): number =>
      life.calls.filter(({ call }) => call.method === "putIfAbsent").length;
    const abort = (): void => {
      if (controller === undefined || controller.signal.aborted) return;
      this.tell("its signal is aborted", "", "fault", client.number);
      this.features.add("aborted");
      aborting.at = this.#time;
      aborting.waits = this.#waits;
      aborting.puts = putsOf();
      controller.abort();
    };
    const from = life.calls.length;
    const waitingBefore = client.waiting.size;
    const record: CommitRecord = {
      kind: "commit",
      what,
      client: client.number,
      life: life.number,
      transactions,
      policy: step.policy ?? "all-or-nothing",
      calledAt: this.#time++,
      settledAt: Number.POSITIVE_INFINITY,
      ending: { how: "lost" },
      lostRaces: 0,
      wrongCalls: 0,
      calls: 0,
      newEntries: 0,
      attemptsMax: this.#script.options?.attemptsMax ?? 8,
      isAlone: waitingBefore === 0 && client.reading.size === 0 && step.unanswered !== true,
      isAborted: false,
    };
    this.records.push(record);
    if (step.unanswered !== true) this.#heed(life, step, abort);
    if (step.abort === "before") abort();
    this.tell(what, "called", "call", client.number);
    const options = controller === undefined ? [] : [{ signal: controller.signal }];
    const settle = async (): Promise<void> => {
      record.ending = await this.#ending(life, what, () =>
        life.validator.commit(batch, ...(options as [{ signal: AbortSignal }])),
      );
      if (record.ending.how === "lost") return;
      record.settledAt = this.#time++;
      record.isAborted = controller?.signal.aborted === true;
      const calls = life.calls.slice(from);
      record.calls = calls.length;
      record.newEntries = client.newEntries;
      client.newEntries = 0;
      record.lostRaces = lostRaces(life.calls, calls);
      record.wrongCalls =
        record.lostRaces +
        calls.filter(({ answer }) => answer === "TIMED_OUT" || answer === "THROTTLED").length +
        calls.filter((made) => this.#isLostUnanswered(life.calls, made)).length;
      this.#commitSettled(record, client);
      this.#judgeOverload(record, waitingBefore);
      if (record.isAborted && step.abort !== undefined)
        this.#judgeAbort(record, aborting, putsOf());
      if (record.isAlone) {
        this.#judgePauses(record, life, calls);
        this.#judgeThrottling(what, client.number, calls);
      }
      if (step.unanswered !== true) this.#calm(life);
    };
    const settling = settle();
    if (step.abort === "behind another") {
      await microtasksDone();
      abort();
    }
    if (step.unanswered !== true) return settling;
    track(settling, client.waiting);
  }

  /** A put that timed out, and whose name is somebody else's by now: two things went wrong with it. */
  #isLostUnanswered(all: readonly MadeCall[], made: MadeCall): boolean {
    const { call, answer } = made;
    if (call.method !== "putIfAbsent" || answer !== "TIMED_OUT") return false;
    return this.world.objects.list(call.name).includes(call.name) && !isOwn(all, call.name);
  }

  #commitSettled(record: CommitRecord, client: Client): void {
    const { ending, what } = record;
    if (ending.how === "answered") {
      this.#refuseUnlessResult(record, ending.value);
      const { version, outcomes } = ending.value;
      const statuses = outcomes.map((outcome) =>
        outcome.status === "rejected" ? `rejected ${shown(outcome.reason)}` : outcome.status,
      );
      this.tell(
        what,
        `version ${String(version)}: ${statuses.slice(0, 8).join(", ")}${statuses.length > 8 ? ", …" : ""}`,
        "answer",
        client.number,
      );
      return;
    }
    if (ending.how !== "refused") return;
    this.tell(what, ending.code ?? describeError(ending.error), "answer", client.number);
    if (!isJudgedRefusal(ending.code, ending.error)) this.threw(what, ending.error, client.number);
  }

  /** Exactly those are refused that are called while commitsWaitingMax wait. */
  #judgeOverload({ ending, what, client }: CommitRecord, waitingBefore: number): void {
    const { commitsWaitingMax = 1024 } = this.#script.options ?? {};
    const isRefused = ending.how === "refused" && ending.code === "OVERLOADED";
    if (ending.how === "lost" || isRefused === waitingBefore >= commitsWaitingMax) return;
    const waited = times(waitingBefore, "commit");
    const therefore = isRefused
      ? `${waited} had been called and not answered, fewer than the ${commitsWaitingMax} of commitsWaitingMax, and it is refused with OVERLOADED.`
      : `${waited} had been called and not answered, with commitsWaitingMax ${commitsWaitingMax}, and it is not refused.`;
    this.problems.push({
      kind: "overload",
      what,
      detail: isRefused ? "OVERLOADED" : "not refused",
      client,
      therefore,
    });
  }

  #refuseUnlessResult(record: CommitRecord, result: unknown): void {
    const { version, outcomes } = (result ?? {}) as Partial<CommitResult>;
    const isResult =
      (version === null || (Number.isSafeInteger(version) && Number(version) >= 1)) &&
      Array.isArray(outcomes) &&
      outcomes.length === record.transactions.length &&
      outcomes.every(hasStatus);
    if (isResult) return;
    this.broken(record.what, shown(result), record.client, {
      signature: "no result",
      therefore: `A commit is answered with a version and an outcome for each transaction, and it was answered with ${shown(result)}.`,
    });
  }

  #judgeAbort(
    record: CommitRecord,
    aborting: { waits: number; puts: number },
    putsNow: number,
  ): void {
    const add = (therefore: string): void => {
      this.problems.push({
        kind: "abort",
        what: record.what,
        detail: "after its signal was aborted",
        client: record.client,
        therefore,
      });
    };
    if (this.#waits > aborting.waits)
      add(
        "An aborted commit waits for calls to the store that are under way and for nothing else, and this one was settled only after a pause or a slow rule had come to its end.",
      );
    if (putsNow > aborting.puts && record.wrongCalls === 0)
      add("It was aborted before its put, and it called the put nevertheless.");
    if (
      record.ending.how === "answered" &&
      aborting.puts === 0 &&
      record.ending.value.version !== null &&
      record.lostRaces === 0 &&
      putsNow === 0
    )
      add("It was aborted before it was committed, and it was answered.");
  }

  /** What pauses a life has made after lost races, in milliseconds. */
  pausesOf({ calls }: Life): number[] {
    const puts = calls.filter(({ call }) => call.method === "putIfAbsent");
    return puts.flatMap((made, at) => {
      const next = puts[at + 1];
      return made.answer === "ALREADY_EXISTS" && next !== undefined
        ? [next.atMs - made.settledAtMs]
        : [];
    });
  }

  /** Pauses between tries, where the calls are those of one commit. */
  #judgePauses(record: CommitRecord, life: Life, calls: readonly MadeCall[]): void {
    for (const [at, { call, answer, settledAtMs }] of calls.entries()) {
      const rest = calls.slice(at + 1);
      if (answer === "ALREADY_EXISTS" && call.method === "putIfAbsent") {
        const next = rest.find((other) => other.call.method === "putIfAbsent");
        if (
          next !== undefined &&
          next.atMs <= settledAtMs &&
          isLost(life.calls, calls[at] as MadeCall)
        )
          this.problems.push({
            kind: "pause",
            what: record.what,
            detail: "puts again at once",
            client: record.client,
            therefore: `After the lost race for ${nameOfCall(call)} it put again before the clock had moved.`,
          });
      }
    }
  }

  /** After THROTTLED the same call is made again only when the clock has moved. */
  #judgeThrottling(what: string, client: number | null, calls: readonly MadeCall[]): void {
    for (const [at, { call, answer, settledAtMs }] of calls.entries()) {
      if (answer !== "THROTTLED") continue;
      this.features.add("throttled");
      const name = nameOfCall(call);
      const next = calls.slice(at + 1).find((other) => nameOfCall(other.call) === name);
      if (next === undefined || next.atMs > settledAtMs) continue;
      this.problems.push({
        kind: "hurry",
        what,
        detail: `${name} again`,
        client,
        therefore: `${name} was throttled, and the same call is made again before the clock has moved.`,
      });
    }
  }

  async #plan(client: Client, step: Extract<Step, { do: "plan" }>): Promise<void> {
    const { life } = client;
    const transactions = step.batch.map(valueOf);
    const batch: Batch =
      step.policy === undefined ? { transactions } : { transactions, policy: step.policy };
    const base = await this.#read(life, client.number);
    if (base === undefined) return;
    if (step.behind !== undefined) await this.#rivalsCommit(Array.from({ length: step.behind }));
    const what = `validateConflicts ${batchInWords(transactions, step.policy)}, on version ${base.version}`;
    const calledAt = this.#time++;
    this.tell(what, "called", "call", client.number);
    const ending = await this.#ending(life, what, () =>
      life.validator.validateConflicts(batch, base),
    );
    if (ending.how === "lost") return;
    if (ending.how === "refused") this.threw(what, ending.error, client.number);
    const plan = ending.value as CommitPlan | undefined;
    const hasOutcomes = Array.isArray(plan?.outcomes);
    const planned =
      plan !== undefined &&
      Number.isSafeInteger(plan.version) &&
      hasOutcomes &&
      plan.outcomes.length === transactions.length
        ? plan
        : undefined;
    if (planned === undefined)
      this.broken(what, shown(plan), client.number, {
        signature: "no plan",
        therefore: `A plan has a version and an outcome for each transaction, and it is ${shown(plan)}.`,
      });
    this.tell(
      what,
      `for version ${planned.version}: ${planned.outcomes.map(({ status }) => status).join(", ")}`,
      "answer",
      client.number,
    );
    const policy = step.policy ?? "all-or-nothing";
    const outcomes = planned.outcomes.map((outcome) => ({ ...outcome }));
    const record: PlanRecord = {
      kind: "plan",
      what,
      client: client.number,
      transactions,
      policy,
      calledAt,
      settledAt: this.#time++,
      version: planned.version,
      outcomes,
    };
    this.records.push(record);
    client.plans.set(step.plan, { plan: planned, transactions, policy });
  }

  async #attempt(client: Client, name: string): Promise<void> {
    const { life } = client;
    const planned = client.plans.get(name);
    if (planned === undefined) return;
    const { plan, transactions, policy } = planned;
    const what = `attemptCommit ${batchInWords(transactions, policy)}, for version ${plan.version}`;
    const record: CommitRecord = {
      kind: "commit",
      what,
      client: client.number,
      life: life.number,
      transactions,
      policy,
      calledAt: this.#time++,
      settledAt: Number.POSITIVE_INFINITY,
      ending: { how: "lost" },
      lostRaces: 0,
      wrongCalls: 0,
      calls: 0,
      newEntries: 0,
      attemptsMax: 1,
      isAlone: true,
      isAborted: false,
      plan: { version: plan.version, outcomes: plan.outcomes },
    };
    this.records.push(record);
    this.tell(what, "called", "call", client.number);
    record.ending = await this.#ending(life, what, () => life.validator.attemptCommit(plan));
    if (record.ending.how === "lost") return;
    record.settledAt = this.#time++;
    this.#commitSettled(record, client);
  }

  /** Tells what was read, and keeps it. Undefined when the life has ended, or the read was refused. */
  async #read(
    life: Life,
    client: number | null,
    isByANewOne = false,
    newEntries = 0,
  ): Promise<Metadata | undefined> {
    const what = isByANewOne ? "a new validator: readMetadata" : "readMetadata";
    const calledAt = this.#time++;
    const from = life.calls.length;
    const ending = await this.#ending(life, what, () => life.validator.readMetadata());
    if (ending.how === "lost") return undefined;
    this.#judgeThrottling(what, client, life.calls.slice(from));
    if (ending.how === "refused") {
      this.#readRefused(what, ending, life.calls.slice(from), client);
      return undefined;
    }
    const seen = seenIn(ending.value);
    if (typeof seen === "string")
      this.broken(what, shown(ending.value), client, { signature: "no metadata", therefore: seen });
    const balances = [...seen.accounts].map(([name, { balance }]) => `${shown(name)} ${balance}`);
    this.tell(
      what,
      `version ${seen.version}: ${balances.slice(0, 8).join(", ")}`,
      "answer",
      client,
    );
    this.records.push({
      kind: "read",
      what,
      client,
      calledAt,
      settledAt: this.#time++,
      seen,
      live: ending.value,
      calls: life.calls.length - from,
      newEntries,
      isByANewOne,
    });
    return ending.value;
  }

  #readRefused(
    what: string,
    { code, error }: { code: string | undefined; error: unknown },
    calls: readonly MadeCall[],
    client: number | null,
  ): void {
    const { attemptsMax = 8 } = this.#script.options ?? {};
    const wrong = calls.filter(
      ({ answer }) => answer === "TIMED_OUT" || answer === "THROTTLED",
    ).length;
    if (code !== "TIMED_OUT" && code !== "THROTTLED") this.threw(what, error, client);
    this.tell(what, code, "answer", client);
    if (wrong >= attemptsMax) return;
    this.problems.push({
      kind: "unknown",
      what,
      detail: code,
      client,
      therefore: `${times(wrong, "call")} to the store went wrong, fewer than the ${attemptsMax} of attemptsMax, and it rejects with ${code}.`,
    });
  }

  /** What becomes of a call; "lost" when its life ends before. */
  async #ending<Answer>(
    life: Life,
    what: string,
    call: () => Promise<Answer>,
  ): Promise<Ending<Answer>> {
    const key = {};
    this.#underWay.set(key, what);
    this.answers++;
    try {
      // A call that throws where it should reject is the matter of one promise only.
      const value = await Promise.race([(async () => call())(), life.ended]);
      if (value === "ended") return { how: "lost" };
      return { how: "answered", value };
    } catch (error) {
      return { how: "refused", code: errorCode(error), error };
    } finally {
      this.#underWay.delete(key);
    }
  }

  // ── What the store does ─────────────────────────────────────────────────────────────────────

  #heed(
    life: Life,
    step: Extract<Step, { do: "commit" | "read" }>,
    abort: () => void = () => undefined,
  ): void {
    const from = life.calls.length;
    const { attemptsMax = 8 } = this.#script.options ?? {};
    let wrong = 0;
    life.faultOf = (call) => {
      const number = life.calls.length - from;
      const abortAt = step.do === "commit" ? step.abort : undefined;
      if (typeof abortAt === "object" && abortAt.call === number)
        void Promise.resolve().then(abort);
      const fault = this.#plannedFault(step, call, number);
      if (fault !== undefined) this.features.add(fault);
      if (fault !== undefined && ++wrong > 4 * attemptsMax) {
        if (wrong === 4 * attemptsMax + 1)
          this.problems.push({
            kind: "unknown",
            what: "the store",
            detail: `${wrong} calls have gone wrong`,
            client: null,
            therefore: `With attemptsMax ${attemptsMax} a call rejects after at most ${4 * attemptsMax} calls to the store that go wrong, and it makes another one.`,
          });
        return undefined;
      }
      return fault;
    };
    if (step.do !== "commit") return;
    if (step.abort === "in a pause") life.onSleep = () => void Promise.resolve().then(abort);
    if (step.abort === "in a slow rule") life.onSlowTask = () => void Promise.resolve().then(abort);
    let puts = 0;
    life.beforePut = () => {
      const number = puts++;
      const due = (step.rivals ?? []).filter(({ put }) => put === number);
      const isOvertaken =
        step.endless === true ||
        lostRaces(life.calls, life.calls.slice(from)) < (step.racesToLose ?? 0);
      if (isOvertaken && number < rivalPutsMax) due.push({ put: number });
      return due.length === 0 ? undefined : this.#rivalsCommit(due.map(({ batch }) => batch));
    };
  }

  #plannedFault(
    step: Extract<Step, { do: "commit" | "read" }>,
    call: StoreCall,
    number: number,
  ): StoreFault | undefined {
    const planned = step.faults?.find((fault) => fault.call === number)?.fault;
    if (planned !== undefined) return planned;
    const { refusing } = step;
    if (refusing === undefined || number < refusing.from) return undefined;
    if ("puts" in refusing && call.method !== "putIfAbsent") return undefined;
    return refusing.fault;
  }

  #calm(life: Life): void {
    life.faultOf = () => undefined;
    life.beforePut = () => undefined;
    life.onSleep = () => undefined;
    life.onSlowTask = () => undefined;
  }

  async #rivalsCommit(batches: readonly (unknown[] | undefined)[]): Promise<void> {
    this.#rival ??= { validator: this.#newRival(), count: 0 };
    this.features.add("rivals");
    for (const given of batches) {
      const { validator } = this.#rival;
      const number = ++this.#rival.count;
      const batch = given ?? [open(`rival-${number}`)];
      await this.#commitAtOnce(validator, "a rival", batch);
    }
  }

  #newRival(): CommitValidator {
    const copy = this.#copies.shift();
    if (copy === undefined) throw new RangeError("Expected a copy of the code for the rival.");
    return this.validatorAtOnce(copy, 104_729);
  }

  /** Ledgers that have nothing to do with the one in question. */
  async #addNeighbours(): Promise<void> {
    const copy = this.world.lives[0]?.exports as Subject;
    const batch = [
      open("bank", -500, "n1"),
      open("stranger", 0, "n2"),
      pay("n3", "bank", "stranger", 77),
    ];
    const sameStore = this.validatorAtOnce(copy, 31, { prefix: "ledgers/" });
    const inside = this.validatorAtOnce(copy, 32, { prefix: "more/ledger/" });
    const objects = new StoredObjects();
    const otherStore = this.validatorAtOnce(copy, 33, { objects });
    this.tell("another ledger, in the same store", "entries 1 and 2", "note", null);
    this.tell("another store, with a ledger of the same prefix", "entries 1 and 2", "note", null);
    try {
      for (const validator of [sameStore, inside, otherStore]) {
        await validator.commit({ transactions: batch });
        await validator.commit({ transactions: [open("stranger-2", 0, "n4")] });
      }
      await this.validatorAtOnce(copy, 34, { objects }).readMetadata();
    } catch (error) {
      this.threw("a commit to another ledger", error, null);
    }
  }

  /** A validator for which nothing takes time. */
  validatorAtOnce(
    copy: Subject,
    seed: number,
    { prefix = ledgerPrefix, objects = this.world.objects } = {},
  ): CommitValidator {
    const { rules, slowRules } = this.#script.options ?? {};
    try {
      return copy.createCommitValidator({
        store: new FlakyStore(objects),
        prefix,
        clock: new HastyClock(),
        random: seededRandom(seed),
        ...(rules === undefined ? {} : { rules: rules.map(ruleNamed) }),
        ...(slowRules === undefined ? {} : { slowRules, pool: { submit: async () => undefined } }),
      });
    } catch (error) {
      this.threw("createCommitValidator", error, null);
    }
  }

  async #commitAtOnce(
    validator: CommitValidator,
    who: string,
    batch: readonly unknown[],
  ): Promise<void> {
    const transactions = batch.map(valueOf);
    const what = `${who}: commit ${batchInWords(transactions)}`;
    const record: CommitRecord = {
      kind: "commit",
      what,
      client: null,
      life: 0,
      transactions,
      policy: "all-or-nothing",
      calledAt: this.#time++,
      settledAt: Number.POSITIVE_INFINITY,
      ending: { how: "lost" },
      lostRaces: 0,
      wrongCalls: 0,
      calls: 0,
      newEntries: 0,
      attemptsMax: 8,
      isAlone: false,
      isAborted: false,
    };
    this.records.push(record);
    const key = {};
    this.#underWay.set(key, what);
    let result: CommitResult;
    try {
      result = await (async () => validator.commit({ transactions }))();
    } catch (error) {
      this.threw(what, error, null);
    }
    this.#underWay.delete(key);
    this.#refuseUnlessResult(record, result);
    record.ending = { how: "answered", value: result };
    record.settledAt = this.#time++;
    this.tell(what, `version ${String(result.version)}`, "answer", null);
  }

  #storeSettled(life: Life, { call, answer, fault }: MadeCall): void {
    const detail = fault === "timed out after" ? `${answer}, and had its effect` : (answer ?? "");
    this.tell(nameOfCall(call), detail, fault === undefined ? "disk" : "fault", life.number);
  }

  // ── The end ─────────────────────────────────────────────────────────────────────────────────

  /**
   * Reads the ledger once more, at once and without faults: by the validator of the only client, or by a new one.
   * With `probes` it goes on with a batch first.
   */
  async finish({ isByANewOne, probes }: { isByANewOne: boolean; probes: boolean }): Promise<void> {
    const { clients } = this.#script;
    const last = this.world.lives.at(-1);
    const isOwn = !isByANewOne && clients.length === 1 && last !== undefined;
    const { gates } = this.world;
    this.world.isOver = false;
    let final: ReadRecord | undefined;
    const program = async (): Promise<void> => {
      if (isOwn) await this.#read(last, 1);
      else {
        const life = this.#newLife();
        if (probes)
          await this.#commitAtOnce(
            this.validatorAtOnce(life.exports, 15_485_863),
            "the ledger goes on",
            [open("the-last")],
          );
        await this.#read(life, null, true);
      }
      this.world.isOver = true;
      const record = this.records.at(-1);
      if (record?.kind === "read") final = record;
    };
    const end = await runLife<WorldCall>(program, {
      gates,
      scheduler: { choose: () => 0 },
      wake: () => this.world.wake(),
      stepsMax: 4000,
    });
    if (end.error !== undefined) throw end.error as Error;
    if (end.how === "hung" || final === undefined) this.#hangs();
    this.#judge(final);
  }

  #judge(final: ReadRecord): void {
    const { rules = [], slowRules = [], executor } = this.#script.options ?? {};
    const errors = executor === "workers" ? ["WORKER_LOST"] : [];
    const found = [
      ...this.problems,
      ...judgeHistory(this.records, { rules, slowRules }, final, errors),
    ];
    const worst = found.find(({ kind }) => kind === "threw" || this.#breaks.includes(kind));
    if (worst === undefined) return;
    this.broken(worst.what, worst.detail, worst.client, {
      signature: worst.kind,
      therefore: worst.therefore,
    });
  }

  get commits(): CommitRecord[] {
    return this.records.filter((record) => record.kind === "commit");
  }

  // ── Telling ─────────────────────────────────────────────────────────────────────────────────

  tell(what: string, detail: string, kind: HistoryEvent["kind"], client: number | null): void {
    this.#listener?.({ kind, life: 1, client, what, detail, remark: null, contradiction: false });
  }

  /** An error where an answer is due. */
  threw(what: string, error: unknown, client: number | null): never {
    const thrown = describeError(error);
    this.broken(what, `rejected with ${thrown}`, client, {
      signature: "threw",
      therefore: `${what} must be answered, and it rejects with ${thrown}.`,
    });
  }

  broken(
    what: string,
    detail: string,
    client: number | null,
    { signature, therefore }: { signature: string; therefore: string },
  ): never {
    this.#listener?.({
      kind: "answer",
      life: 1,
      client,
      what,
      detail,
      remark: null,
      contradiction: true,
    });
    // Whoever rides on a call of the code under judgement is not heard through it.
    this.#found ??= new SessionEnd({
      kind: "broken",
      states: this.answers,
      signature,
      phase: this.hasCrashedAgain ? "crash in recovery" : this.hasCrashed ? "crash" : "live",
      therefore,
      features: [signature, ...this.features],
      schedule: this.#schedule,
    });
    throw this.#found;
  }

  missed(why: string): never {
    throw new SessionEnd({ kind: "missed", why, states: this.answers });
  }

  #hangs(): never {
    const [what = "a call"] = this.#underWay.values();
    throw new SessionEnd({
      kind: "hung",
      states: this.answers,
      what: `${what} is never answered: nothing is under way, and no time that passes changes that.`,
    });
  }
}

/** Keeps what nobody waits for yet: whoever does may come later, or never. */
function track(answering: Promise<void>, answers: Set<Promise<void>>): void {
  const tracked = answering.finally(() => answers.delete(tracked));
  tracked.catch(() => undefined);
  answers.add(tracked);
}

/** The steps at which a validator comes to its end. */
function endsOf(crash: CrashPlan | undefined): number[] {
  if (crash === undefined) return [];
  const { step, again } = crash;
  return again === undefined ? [step] : [step, step + again];
}

/** Slow rules answer when nothing else can happen. */
function slowLast(scheduler: Scheduler): Scheduler {
  return {
    choose(pending) {
      const calls = pending.map(({ call }) => call);
      const first = calls.findIndex((call) => call?.kind !== "slow");
      return first === -1
        ? 0
        : calls.every((call) => call?.kind !== "slow")
          ? scheduler.choose(pending)
          : first;
    },
  };
}

function hasStatus(outcome: unknown): boolean {
  return typeof (outcome as { status?: unknown } | null)?.status === "string";
}

function lostRaces(all: readonly MadeCall[], calls: readonly MadeCall[]): number {
  return calls.filter((made) => isLost(all, made)).length;
}

/** A put for a name that somebody else had taken, and not an earlier put of its own whose answer was lost. */
function isLost(all: readonly MadeCall[], made: MadeCall): boolean {
  const { call, answer } = made;
  return call.method === "putIfAbsent" && answer === "ALREADY_EXISTS" && !isOwn(all, call.name);
}

/** Whether a put of these calls has taken the name, though its answer was lost. */
function isOwn(all: readonly MadeCall[], name: string): boolean {
  return all.some(
    ({ call, fault, answer, wasTaken }) =>
      call.method === "putIfAbsent" &&
      call.name === name &&
      fault === "timed out after" &&
      answer !== undefined &&
      !wasTaken,
  );
}

/** A copy of metadata, or what is wrong with it. */
export function seenIn(metadata: unknown): Seen | string {
  try {
    return copyOf(metadata);
  } catch {
    return `Metadata has accounts with a balance and a balanceMin, and progress with a quarantine, and it is ${shown(metadata)}.`;
  }
}

function copyOf(metadata: unknown): Seen | string {
  const { version, accounts, sources } = (metadata ?? {}) as Partial<Metadata>;
  if (!Number.isSafeInteger(version) || Number(version) < 0)
    return `Metadata has a version from 0, and it has ${shown(version)}.`;
  const isMap = typeof accounts?.get === "function" && typeof accounts.entries === "function";
  if (!isMap) return `Metadata has a map of accounts, and it has ${shown(accounts)}.`;
  const copies = new Map<string, { balance: number; balanceMin: number }>();
  for (const [name, account] of accounts.entries())
    copies.set(name, { balance: account.balance, balanceMin: account.balanceMin + 0 });
  const progress = new Map<string, SourceProgress>();
  for (const [name, { nextOffset, quarantined }] of sources ?? [])
    progress.set(name, { nextOffset, quarantined: quarantined.map((one) => ({ ...one })) });
  return { version: Number(version), accounts: copies, sources: progress };
}

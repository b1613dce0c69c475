/**
 * A session with the code under judgement: a store is opened and a script is played on it, one call after the other,
 * beside the model. Each call is told as a line of the history, with its answer.
 *
 * Every answer is judged against every promise; the session ends where the one is broken that its check is about.
 * What breaks another promise is the matter of that promise's check: here the model follows the store where it can.
 */
import { isDeepStrictEqual } from "node:util";
import { errorCode } from "#platform/errors.ts";
import { quiescence } from "#platform/testing/gates.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import type {
  BeginOptions,
  MvccStore,
  MvccStoreOptions,
  Subject,
  Transaction,
} from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import type { HistoryEvent } from "../harness/check.ts";
import type { Finding, Listener } from "../harness/experiment.ts";
import { describeError } from "../harness/in-words.ts";
import { outcomeOf } from "../harness/life.ts";
import { Model, type ModelTransaction, type Origin } from "./model.ts";
import { covers, inWords, keyInWords, type Script, type Step } from "./script.ts";
import { entriesInWords, shown } from "./words.ts";

/** Why an answer breaks a promise. */
export interface Problem {
  /** The kind of contradiction: shrinking keeps it. */
  signature: string;
  /** One sentence, without "therefore". */
  therefore: string;
  /** What would have been right, for the line of the answer. */
  expected?: string;
}

/** What came of a call. */
export type Outcome<Answer = unknown> =
  { how: "answered"; value: Answer } | { how: "refused"; code: string | undefined; error: unknown };

/** Ends a session with what it has found. */
export class SessionEnd extends Error {
  readonly finding: Exclude<Finding, { kind: "held" }>;

  constructor(finding: Exclude<Finding, { kind: "held" }>) {
    super(finding.kind);
    this.finding = finding;
  }
}

/** The promise that an answer of this origin breaks. Checks of higher levels may read it otherwise. */
export const promiseOfOrigin: Readonly<Record<Origin, InvariantId>> = {
  "own write missed": "mvcc-store/own-writes-are-seen",
  uncommitted: "mvcc-store/uncommitted-is-unseen",
  refused: "mvcc-store/losers-leave-no-trace",
  expired: "mvcc-store/the-abandoned-expire",
  later: "mvcc-store/snapshots-stay-still",
  stale: "mvcc-store/commits-are-seen-whole",
  resurrected: "mvcc-store/commits-are-seen-whole",
  lost: "mvcc-store/commits-are-seen-whole",
  invented: "mvcc-store/values-come-back-equal",
};

export interface SessionSetting {
  promise: InvariantId;
  exports: Subject;
  fresh: () => Promise<Subject>;
  listener: Listener | undefined;
}

/** What a check reads into what it sees, where it is not what level 1 would. */
export interface Reading {
  /** The promise that an answer of this origin breaks. */
  answers?: Readonly<Record<Origin, InvariantId>>;
  /** The promise that the refusal of an innocent breaks. */
  refusals?: InvariantId;
}

interface PlayedTransaction {
  readonly itself: Transaction;
  readonly model: ModelTransaction;
  /** Whether one of its calls has said so, or ended it. */
  isKnownToBeOver?: true;
}

export class Session {
  /** Answers that were looked at. */
  answers = 0;
  /** Events without which the promise was not put to the test. */
  events = 0;
  /** Coarse properties of what happens, for "looks like". */
  readonly features = new Set<string>();
  readonly promise: InvariantId;
  readonly exports: Subject;
  readonly clock = new ManualClock();
  readonly #fresh: () => Promise<Subject>;
  readonly #listener: Listener | undefined;
  /** False for calls by the thousand. */
  isTold = true;

  constructor({ promise, exports, fresh, listener }: SessionSetting) {
    this.promise = promise;
    this.exports = exports;
    this.#fresh = fresh;
    this.#listener = listener;
  }

  get level(): number {
    return this.exports.level ?? kata.levels.length;
  }

  /** The exports of another copy of the code. */
  anotherCopy(): Promise<Subject> {
    return this.#fresh();
  }

  /** A new store; it must open. */
  async open(options?: MvccStoreOptions, exports = this.exports): Promise<MvccStore> {
    const opening = await this.settled("openMvccStore", () =>
      options === undefined ? exports.openMvccStore() : exports.openMvccStore(options),
    );
    if (opening.how === "refused")
      this.threw("openMvccStore", opening.error, "openMvccStore must answer with a store");
    const store: unknown = opening.value;
    const missing = ["begin", "close"].find((name) => !hasMethod(store, name));
    if (missing !== undefined)
      this.broken("openMvccStore", shown(store), {
        signature: "no store",
        therefore: `openMvccStore must answer with a store, and what it answered has no method ${missing}.`,
      });
    return store as MvccStore;
  }

  // ── Calls ───────────────────────────────────────────────────────────────────────────────────

  /** A call that answers at once, whatever it answers. */
  attempt<Answer>(call: () => Answer): Outcome<Answer> {
    this.answers++;
    try {
      return { how: "answered", value: call() };
    } catch (error) {
      return { how: "refused", code: errorCode(error), error };
    }
  }

  /** A call that must be answered at once. */
  call<Answer>(what: string, call: () => Answer): Answer {
    const outcome = this.attempt(call);
    if (outcome.how === "refused") this.threw(what, outcome.error, `${what} must be answered`);
    return outcome.value;
  }

  /**
   * A call with a promise, which must be settled in some way. `atAnswer` is called in the very microtask in which
   * an `await` of it would go on.
   */
  async settled<Answer>(
    what: string,
    call: () => Promise<Answer>,
    atAnswer?: () => void,
  ): Promise<Outcome<Answer>> {
    this.answers++;
    const answering = async (): Promise<Answer> => {
      const promise = call();
      if (atAnswer !== undefined) Promise.resolve(promise).then(atAnswer, atAnswer);
      return promise;
    };
    // A call that throws where it should reject is judged by one promise only.
    const outcome = await outcomeOf(answering());
    if (outcome.how === "hung") this.hung(what);
    if (outcome.how === "resolved") return { how: "answered", value: outcome.value };
    return { how: "refused", code: errorCode(outcome.error), error: outcome.error };
  }

  /** A commit that must be answered. */
  async commit(what: string, transaction: Transaction): Promise<void> {
    const outcome = await this.settled(what, () => transaction.commit());
    if (outcome.how === "refused") this.threw(what, outcome.error, `${what} must be answered`);
    this.tell(what, "answered ok");
  }

  /** Commits these entries in a transaction of their own. */
  async store(store: MvccStore, name: string, entries: Iterable<[string, unknown]>): Promise<void> {
    const transaction = this.call(`${name} begin`, () => store.begin());
    for (const [key, value] of entries) {
      const what = `${name} put ${keyInWords(key)}=${shown(value)}`;
      this.call(what, () => {
        transaction.put(key, value);
      });
      this.tell(what, "done");
    }
    await this.commit(`${name} commit`, transaction);
  }

  // ── Telling ─────────────────────────────────────────────────────────────────────────────────

  tell(what: string, detail = "", kind: HistoryEvent["kind"] = "call"): void {
    if (this.isTold) this.#listener?.(event({ kind, what, detail }));
  }

  /** The promise of this session's check is broken by an answer. */
  broken(what: string, detail: string, { signature, therefore, expected }: Problem): never {
    const told = expected === undefined ? detail : `${detail}, expected ${expected}`;
    this.#listener?.(event({ kind: "answer", what, detail: told, contradiction: true }));
    throw new SessionEnd({
      kind: "broken",
      states: this.answers,
      signature,
      phase: "live",
      therefore,
      features: [signature, ...this.features],
    });
  }

  /** A call failed in a way that no promise allows. */
  threw(what: string, error: unknown, due: string): never {
    const thrown = describeError(error);
    this.broken(what, `threw ${thrown}`, {
      signature: `an unexpected ${errorCode(error) ?? "error"}`,
      therefore: `${due}, and it threw ${thrown}.`,
    });
  }

  hung(what: string): never {
    this.#listener?.(
      event({ kind: "answer", what, detail: "never answered", contradiction: true }),
    );
    throw new SessionEnd({
      kind: "hung",
      what: `${what} was never answered although there was nothing left to wait for`,
      states: this.answers,
    });
  }

  missed(why: string): never {
    throw new SessionEnd({ kind: "missed", why, states: this.answers });
  }
}

/** A script on its way: the store, the model, and the transactions that have begun. */
export class Play {
  readonly model: Model;
  readonly #session: Session;
  readonly #store: MvccStore;
  readonly #transactions = new Map<string, PlayedTransaction>();
  readonly #ageMsMax: number;
  readonly #begunAtMs = new Map<string, number>();
  /** Begins that were called with the answer of a commit, before their step is taken. */
  readonly #begunAtAnswer = new Map<string, Outcome<Transaction>>();
  readonly #reading: Reading;
  /** The last range of each transaction, as it was answered and as it was then. */
  readonly #lastRanges = new Map<string, { what: string; answer: Entries; held: Entries }>();

  constructor(
    session: Session,
    store: MvccStore,
    { steps, ageMsMax = Number.POSITIVE_INFINITY }: Script,
    reading: Reading = {},
  ) {
    this.#session = session;
    this.#store = store;
    this.model = new Model(steps);
    this.#ageMsMax = ageMsMax;
    this.#reading = reading;
  }

  /** Takes these steps, one after the other. */
  async takeAll(steps: readonly Step[]): Promise<void> {
    for (const [index, step] of steps.entries()) await this.take(step, steps[index + 1]);
  }

  /**
   * Takes a step, unless its transaction is over or has never begun. Who begins next after a commit does so with
   * its answer, as after an `await`, and not when whatever the store does later is done as well.
   */
  async take(step: Step, next?: Step): Promise<void> {
    switch (step.do) {
      case "turns":
        return this.#turn(step.count);
      case "ticks":
        return ticks(step.count);
      case "time":
        return this.#pass(step.ms);
      case "begin":
        this.#begin(step);
        return;
      default:
        return this.#call(step, next);
    }
  }

  async #call(step: Extract<Step, { t: string }>, next: Step | undefined): Promise<void> {
    const played = this.#transactions.get(step.t);
    if (played === undefined || played.isKnownToBeOver === true) return;
    if (step.do === "rollback") {
      this.#rollback(played, inWords(step));
      return;
    }
    if (played.model.state === "expired") {
      await this.#expires(played, step);
      return;
    }
    switch (step.do) {
      case "get":
        this.#get(played, step);
        return;
      case "range":
        this.#range(played, step);
        return;
      case "put":
      case "delete":
        this.#write(played, step);
        return;
      case "commit":
        return this.#commit(played, step, next);
      default:
        throw new RangeError(`"${step.do}" belongs to histories of lists.`);
    }
  }

  /** How often it happened that a transaction ended so. */
  count(state: ModelTransaction["state"]): number {
    return [...this.model.transactions.values()].filter((one) => one.state === state).length;
  }

  transaction(name: string): PlayedTransaction | undefined {
    return this.#transactions.get(name);
  }

  #breaks(promise: InvariantId, what: string, detail: string, problem: Problem): void {
    if (promise === this.#session.promise) this.#session.broken(what, detail, problem);
  }

  #promiseOf(origin: Origin): InvariantId {
    return (this.#reading.answers ?? promiseOfOrigin)[origin];
  }

  async #turn(count: number): Promise<void> {
    this.#session.tell(inWords({ do: "turns", count }));
    for (let turn = 0; turn < count; turn++) await quiescence();
  }

  async #pass(ms: number): Promise<void> {
    this.#session.tell(inWords({ do: "time", ms }));
    await this.#session.clock.advance(ms);
    for (const [name, { model }] of this.#transactions)
      if (model.state === "open" && this.#isTooOld(name)) this.model.end(model, "expired");
  }

  #begin(step: Extract<Step, { do: "begin" }>): void {
    const what = inWords(step);
    const begun = this.#begunAtAnswer.get(step.t) ?? this.#attemptToBegin(step);
    if (begun.how === "refused") this.#session.threw(what, begun.error, `${what} must be answered`);
    this.#session.tell(what, "open");
    const model = this.model.begin(step.t, this.#isolationOf(step) ?? "snapshot");
    this.#transactions.set(step.t, { itself: begun.value, model });
    this.#begunAtMs.set(step.t, this.#session.clock.now());
  }

  #attemptToBegin(step: Extract<Step, { do: "begin" }>): Outcome<Transaction> {
    const isolation = this.#isolationOf(step);
    const options: BeginOptions | undefined = isolation === undefined ? undefined : { isolation };
    return this.#session.attempt(() =>
      options === undefined ? this.#store.begin() : this.#store.begin(options),
    );
  }

  #isolationOf({ isolation }: Extract<Step, { do: "begin" }>): BeginOptions["isolation"] {
    return this.#session.level >= 3 ? isolation : undefined;
  }

  #isTooOld(name: string): boolean {
    return this.#session.clock.now() - (this.#begunAtMs.get(name) ?? 0) > this.#ageMsMax;
  }

  #rollback(played: PlayedTransaction, what: string): void {
    this.#session.call(what, () => {
      played.itself.rollback();
    });
    this.#session.tell(what, "done");
    played.isKnownToBeOver = true;
    if (played.model.state === "open") this.model.end(played.model, "rolled back");
  }

  // ── Reads ───────────────────────────────────────────────────────────────────────────────────

  #get({ itself, model }: PlayedTransaction, step: Extract<Step, { do: "get" }>): void {
    const what = inWords(step);
    const answer = this.#session.call(what, () => itself.get(step.key));
    const expected = model.get(step.key);
    if (answer !== expected) this.#wrong(what, { model, key: step.key, answer });
    else this.#session.tell(what, shown(answer));
    this.model.noteGet(model, step.key);
  }

  #wrong(
    what: string,
    { model, key, answer }: { model: ModelTransaction; key: string; answer: unknown },
    detail = shown(answer),
    wanted = shown(model.get(key)),
  ): void {
    const { origin, by } =
      typeof answer === "number" || answer === undefined
        ? this.model.originOf(model, key, answer)
        : { origin: "invented" as const, by: undefined };
    this.#session.features.add(origin);
    this.#breaks(this.#promiseOf(origin), what, detail, {
      signature: origin,
      expected: wanted,
      therefore: becauseOf(origin, { name: model.name, key, answer, by, right: model.get(key) }),
    });
    this.#session.tell(what, `${detail}, which is wrong, but no matter of this promise`);
  }

  #range({ itself, model }: PlayedTransaction, step: Extract<Step, { do: "range" }>): void {
    const what = inWords(step);
    const answer: unknown = this.#session.call(what, () => itself.range(step.from, step.to));
    const expected = model.range(step);
    this.model.noteRange(model, step);
    const wanted = entriesInWords(expected);
    const malformed = (therefore: string): void => {
      this.#breaks("mvcc-store/ranges-are-complete", what, answerOfRange(answer), {
        signature: "a range of another shape",
        expected: wanted,
        therefore,
      });
    };
    if (!isEntries(answer)) {
      malformed(`${what} must answer with a list of keys, each with its value.`);
      return;
    }
    if (isDeepStrictEqual(answer, [...expected])) {
      this.#session.tell(what, answerOfRange(answer));
      this.#lastRanges.set(step.t, { what, answer, held: [...expected] });
      return;
    }
    const outside = answer.find(([key]) => !covers(step, key));
    if (outside !== undefined) {
      malformed(
        `${what} must hold no key outside of its bounds, and it holds ${keyInWords(outside[0])}.`,
      );
      return;
    }
    const disorder = answer.find(
      ([key], index) => index > 0 && key <= (answer[index - 1]?.[0] ?? ""),
    );
    if (disorder !== undefined) {
      malformed(
        `${what} must hold its keys ascending, each once, and ${keyInWords(disorder[0])} follows a key that is not smaller.`,
      );
      return;
    }
    this.#wrongEntries({ itself, model }, { what, answer, expected });
  }

  /** A range in order, with other entries than it should have. */
  #wrongEntries(
    { itself, model }: PlayedTransaction,
    { what, answer, expected }: { what: string; answer: Entries; expected: Map<string, number> },
  ): void {
    const found = new Map(answer);
    const detail = answerOfRange(answer);
    for (const key of new Set([...expected.keys(), ...found.keys()])) {
      const value = found.get(key);
      if (value === expected.get(key)) continue;
      const { origin } =
        typeof value === "number" || value === undefined
          ? this.model.originOf(model, key, value)
          : { origin: "invented" as const };
      const seenByGet = this.#session.attempt(() => itself.get(key));
      this.model.noteGet(model, key);
      const isOfRangeAlone =
        seenByGet.how === "answered" &&
        seenByGet.value === expected.get(key) &&
        (origin === "lost" ||
          origin === "stale" ||
          origin === "resurrected" ||
          origin === "invented");
      if (isOfRangeAlone && this.#promiseOf(origin) === promiseOfOrigin[origin]) {
        this.#breaks("mvcc-store/ranges-are-complete", what, detail, {
          signature: found.has(key) ? "a range holds too much" : "a range holds too little",
          expected: entriesInWords(expected),
          therefore: `${what} must answer as get would, and get ${keyInWords(key)} answers ${shown(seenByGet.value)}.`,
        });
      } else {
        this.#wrong(what, { model, key, answer: value }, detail, entriesInWords(expected));
      }
    }
  }

  // ── Writes ──────────────────────────────────────────────────────────────────────────────────

  #write(played: PlayedTransaction, step: Extract<Step, { do: "put" | "delete" }>): void {
    const { itself, model } = played;
    const what = inWords(step);
    const outcome = this.#session.attempt(() => {
      if (step.do === "put") itself.put(step.key, step.value);
      else itself.delete(step.key);
    });
    if (outcome.how === "answered") {
      this.model.write(model, step.key, step.do === "put" ? step.value : undefined);
      this.#session.tell(what, "done");
      this.#lastRangeStays(step.t);
      return;
    }
    this.#refused(what, played, outcome.error);
  }

  /** An array that was answered belongs to whoever has asked, and no later write changes it. */
  #lastRangeStays(name: string): void {
    const last = this.#lastRanges.get(name);
    if (last === undefined || isDeepStrictEqual(last.answer, last.held)) return;
    this.#breaks("mvcc-store/ranges-are-complete", last.what, answerOfRange(last.answer), {
      signature: "an answered range has changed",
      expected: entriesInWords(last.held),
      therefore: `${last.what} was answered before ${name} wrote: what is written later must not change that array.`,
    });
  }

  async #commit(
    played: PlayedTransaction,
    step: Extract<Step, { do: "commit" }>,
    next: Step | undefined,
  ): Promise<void> {
    const { itself, model } = played;
    const what = inWords(step);
    const outcome = await this.#session.settled(
      what,
      () => itself.commit(),
      () => {
        if (next?.do === "begin") this.#begunAtAnswer.set(next.t, this.#attemptToBegin(next));
      },
    );
    if (outcome.how === "refused") {
      this.#refused(what, played, outcome.error);
      return;
    }
    this.#mayNotCommit(what, model);
    this.#session.tell(what, "answered ok");
    played.isKnownToBeOver = true;
    this.model.end(model, "committed");
  }

  #mayNotCommit(what: string, model: ModelTransaction): void {
    const lost = this.#session.level >= 2 ? this.model.rivalOf(model) : undefined;
    if (lost !== undefined) {
      const { rival, key } = lost;
      this.#breaks("mvcc-store/no-lost-updates", what, "answered ok", {
        signature: "both writers committed",
        expected: "CONFLICT",
        therefore: `${rival.name} and ${model.name} overlap and both write ${keyInWords(key)}: at most one of them may commit.`,
      });
    }
    const skew = this.model.skewWith(model);
    if (skew === undefined) return;
    const { other, missed, missing, isPhantom } = skew;
    const promise = isPhantom ? "mvcc-store/no-phantoms" : "mvcc-store/no-write-skew";
    this.#breaks(promise, what, "answered ok", {
      signature: isPhantom ? "both committed around a phantom" : "both committed in a skew",
      expected: "CONFLICT",
      therefore: `${model.name} has read ${keyInWords(missed)}, which ${other.name} wrote, and ${other.name} has read ${keyInWords(missing)}, which ${model.name} writes: neither order explains both.`,
    });
  }

  #refused(what: string, played: PlayedTransaction, error: unknown): void {
    const { model } = played;
    if (errorCode(error) !== "CONFLICT" || this.#session.level < 2)
      this.#session.threw(what, error, `${what} must be answered`);
    if (this.model.excuse(model) === undefined) {
      const promise =
        this.#reading.refusals ??
        (this.model.concernsSerializable(model)
          ? "mvcc-store/isolation-costs-only-the-guilty"
          : "mvcc-store/the-innocent-commit");
      this.#breaks(promise, what, "CONFLICT", {
        signature: "an innocent is refused",
        expected: "no conflict",
        therefore: innocence(model, what),
      });
    }
    this.#session.tell(what, "CONFLICT");
    played.isKnownToBeOver = true;
    this.model.end(model, "refused");
  }

  // ── Age ─────────────────────────────────────────────────────────────────────────────────────

  async #expires(played: PlayedTransaction, step: Step): Promise<void> {
    const { itself, model } = played;
    const what = inWords(step);
    const outcome =
      step.do === "commit"
        ? await this.#session.settled(what, () => itself.commit())
        : this.#session.attempt(() => callOf(itself, step));
    const code = outcome.how === "refused" ? outcome.code : undefined;
    if (code !== "EXPIRED") {
      const detail =
        outcome.how === "answered" ? "answered ok" : `threw ${describeError(outcome.error)}`;
      this.#breaks("mvcc-store/the-abandoned-expire", what, detail, {
        signature: "an expired transaction goes on",
        expected: "EXPIRED",
        therefore: `${model.name} is older than ${this.#ageMsMax} ms: it must give EXPIRED.`,
      });
    }
    this.#session.tell(what, code ?? "answered ok");
    played.isKnownToBeOver = true;
  }
}

/** So many microtasks. */
export async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await Promise.resolve();
}

function callOf(transaction: Transaction, step: Step): unknown {
  if (step.do === "get") return transaction.get(step.key);
  if (step.do === "range") return transaction.range(step.from, step.to);
  if (step.do === "put") transaction.put(step.key, step.value);
  if (step.do === "delete") transaction.delete(step.key);
  return undefined;
}

function innocence({ name, writes }: ModelTransaction, what: string): string {
  if (writes.size === 0 && what.endsWith("commit"))
    return `${name} has written nothing: nobody is in its way.`;
  return `No transaction that overlaps ${name} and writes has read or written what it writes, nor written what it has read: it must commit.`;
}

function becauseOf(
  origin: Origin,
  {
    name,
    key,
    answer,
    by,
    right,
  }: { name: string; key: string; answer: unknown; by: string | undefined; right: unknown },
): string {
  const reads = `${name} reads ${shown(answer)} under ${keyInWords(key)}`;
  switch (origin) {
    case "own write missed":
      return `${name} has ${right === undefined ? "deleted" : "put"} ${keyInWords(key)} itself and must see that.`;
    case "uncommitted":
    case "refused":
    case "expired":
      return `${reads}, which ${by ?? "another transaction"} has ${answer === undefined ? "deleted" : "put"} and never committed.`;
    case "later":
      return `${reads}, which was committed after ${name} had begun.`;
    case "stale":
    case "resurrected":
      return `${reads}, and a commit that was answered before ${name} began has ${right === undefined ? "deleted" : "overwritten"} it.`;
    case "lost":
      return `${name} must see ${keyInWords(key)}=${shown(right)}, which was committed before it began and not deleted since.`;
    case "invented":
      return `${reads}, which nobody has ever put there.`;
  }
}

// ── Answers ───────────────────────────────────────────────────────────────────────────────────

type Entries = readonly (readonly [string, unknown])[];

function isEntries(answer: unknown): answer is Entries {
  return (
    Array.isArray(answer) &&
    answer.every(
      (entry) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === "string",
    )
  );
}

function answerOfRange(answer: unknown): string {
  return isEntries(answer) ? entriesInWords(answer) : shown(answer);
}

function hasMethod(owner: unknown, name: string): boolean {
  return (
    typeof owner === "object" && owner !== null && typeof Reflect.get(owner, name) === "function"
  );
}

export function event(
  line: Pick<HistoryEvent, "kind" | "what" | "detail"> & Partial<HistoryEvent>,
): HistoryEvent {
  return { life: 1, client: null, remark: null, contradiction: false, ...line };
}

/**
 * What a check does with a pool, as plain data, what has to come of it, and how it is played.
 *
 * Handlers end when the script says so. After each step everything that can run has run, and the pool is compared
 * with the model: who has begun, who has been answered and how, whether drain and close have resolved.
 */
import { isDeepStrictEqual } from "node:util";
import { errorCode } from "#platform/errors.ts";
import type { Random } from "#platform/random.ts";
import { stillness } from "#platform/testing/gates.ts";
import type { TaskPool } from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { Budget } from "../harness/check.ts";
import { times } from "./judge.ts";
import { rounds, talkExperiment, type Talk } from "./ledger-experiment.ts";
import { shorter, shown } from "./script.ts";
import { pick, randomOf } from "./workload.ts";

export interface PoolScript {
  known?: string;
  inFlightMax: number;
  queueLengthMax: number;
  steps: PoolStep[];
}

/**
 * How a handler ends: when the script says so, at once, with an error before or after its first await, or with
 * something thrown that is no error. A kind without a handler is refused, where there is room and nothing is closed.
 */
export type Manner = "later" | "now" | "throws" | "rejects" | "throws undefined" | "has no handler";

export type PoolStep =
  /** Tasks are numbered from 0 in the order of their calls. `together`: the next submit follows at once. */
  | { do: "submit"; how: Manner; signal?: "given" | "aborted"; heeds?: true; together?: true }
  | { do: "finish"; task: number; fails?: true }
  | { do: "abort"; task: number; together?: true }
  | { do: "drain" }
  | { do: "close" };

export type PoolKind = "too many" | "slot" | "overload" | "settles" | "counts";

/** Only a submit may follow at once: whether a handler has been called by then is the pool's to choose. */
export function isFollowedAtOnce(step: PoolStep, next: PoolStep | undefined): boolean {
  return (
    (step.do === "submit" || step.do === "abort") && step.together === true && next?.do === "submit"
  );
}

// ── Model ─────────────────────────────────────────────────────────────────────────────────────

export type Settled = { ok: true; value: unknown } | { ok: false; code: string };

interface ModelTask {
  number: number;
  how: Manner;
  heeds: boolean;
}

/** What the handler of a task answers. */
export function answerOf(task: number): unknown {
  return [task, { task }, undefined, null, `answer ${task}`][task % 5];
}

export function errorOf(task: number): string {
  return `task ${task} failed`;
}

/** What undefined is called among codes and messages of errors. */
const noError = "no error but undefined";

export class PoolModel {
  readonly begun: number[] = [];
  readonly settled = new Map<number, Settled>();
  /** For each drain and close whether it has resolved. */
  readonly waits: { left: Set<number>; isDone: boolean }[] = [];
  readonly inFlight = new Map<number, ModelTask>();
  readonly waiting: ModelTask[] = [];
  readonly #inFlightMax: number;
  readonly #queueLengthMax: number;
  /** Those that can be called off. */
  readonly #signalled = new Set<number>();
  #isClosed = false;
  #submitted = 0;

  constructor({ inFlightMax, queueLengthMax }: PoolScript) {
    this.#inFlightMax = inFlightMax;
    this.#queueLengthMax = queueLengthMax;
  }

  take(step: PoolStep): void {
    if (step.do === "submit") this.#submit(step);
    else if (step.do === "finish") this.#finish(step.task, step.fails === true);
    else if (step.do === "abort") this.#abort(step.task);
    else this.#wait(step.do === "close");
    this.#goOn();
  }

  #submit({ how, signal, heeds }: Extract<PoolStep, { do: "submit" }>): void {
    const number = this.#submitted++;
    if (signal === "given") this.#signalled.add(number);
    const unfinished = this.waiting.length + this.inFlight.size;
    if (this.#isClosed) this.#refuse(number, "CLOSED");
    else if (unfinished >= this.#inFlightMax + this.#queueLengthMax)
      this.#refuse(number, "OVERLOADED");
    else if (how === "has no handler") this.#refuse(number, "INVALID_ARGUMENT");
    else if (signal === "aborted") this.#refuse(number, "ABORTED");
    else this.waiting.push({ number, how, heeds: heeds === true });
  }

  #refuse(number: number, code: string): void {
    if (!this.settled.has(number)) this.settled.set(number, { ok: false, code });
  }

  #finish(number: number, fails: boolean, code = errorOf(number)): void {
    if (!this.inFlight.delete(number) || this.settled.has(number)) return;
    this.settled.set(number, fails ? { ok: false, code } : { ok: true, value: answerOf(number) });
  }

  #abort(number: number): void {
    const at = this.waiting.findIndex((task) => task.number === number);
    const task = this.inFlight.get(number);
    if (!this.#signalled.has(number) || (at === -1 && task === undefined)) return;
    this.#refuse(number, "ABORTED");
    if (at !== -1) this.waiting.splice(at, 1);
    if (task?.heeds === true) this.inFlight.delete(number);
  }

  #wait(isClose: boolean): void {
    if (isClose) this.#isClosed = true;
    const left = new Set([...this.waiting.map(({ number }) => number), ...this.inFlight.keys()]);
    this.waits.push({ left, isDone: false });
  }

  #goOn(): void {
    while (this.inFlight.size < this.#inFlightMax) {
      const task = this.waiting.shift();
      if (task === undefined) break;
      this.begun.push(task.number);
      this.inFlight.set(task.number, task);
      if (task.how === "throws undefined") this.#finish(task.number, true, noError);
      else if (task.how !== "later") this.#finish(task.number, task.how !== "now");
    }
    for (const wait of this.waits) {
      const unfinished = [...wait.left].filter(
        (number) =>
          this.inFlight.has(number) || this.waiting.some((task) => task.number === number),
      );
      if (unfinished.length === 0) wait.isDone = true;
    }
  }
}

// ── Playing ───────────────────────────────────────────────────────────────────────────────────

export interface PoolCheck {
  promise: InvariantId;
  breaks: readonly PoolKind[];
  scenes: readonly PoolScript[];
  draw(random: Random): PoolScript;
  rounds: number;
}

export function poolExperiment(check: PoolCheck) {
  const { promise, breaks, scenes, rounds: ofFullGrade } = check;
  return talkExperiment<PoolScript>({
    promise,
    *cases(budget: Budget) {
      yield* scenes;
      for (let round = 0; round < rounds(budget, ofFullGrade); round++)
        yield check.draw(randomOf(budget.seed, round));
    },
    judge: (talk, script) => new PoolPlay(talk, script, breaks).play(),
    *smaller(script) {
      for (const steps of shorter(script.steps))
        yield { ...script, steps: renumbered(script.steps, steps) };
    },
  });
}

class PoolPlay {
  readonly #talk: Talk;
  readonly #script: PoolScript;
  readonly #breaks: readonly PoolKind[];
  readonly #model: PoolModel;
  readonly #pool: TaskPool;
  readonly #begun: number[] = [];
  readonly #running = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #settled = new Map<number, Settled>();
  readonly #waits: boolean[] = [];
  readonly #controllers = new Map<number, AbortController>();
  readonly #steps: PoolStep[];
  #submitted = 0;
  #last = "";

  constructor(talk: Talk, script: PoolScript, breaks: readonly PoolKind[]) {
    this.#talk = talk;
    this.#script = script;
    this.#breaks = breaks;
    this.#model = new PoolModel(script);
    this.#steps = [...script.steps];
    const { inFlightMax, queueLengthMax } = script;
    const what = `createTaskPool({ inFlightMax: ${inFlightMax}, queueLengthMax: ${queueLengthMax} })`;
    if (script.known !== undefined) talk.tell(script.known, "", "note");
    this.#pool = talk.call(what, () =>
      talk.exports.createTaskPool({
        inFlightMax,
        queueLengthMax,
        handlers: { work: (input, { signal }) => this.#handle(Number(input), signal) },
      }),
    );
    talk.tell(what, "made");
  }

  async play(): Promise<void> {
    for (const [at, step] of this.#steps.entries()) {
      await this.#take(step, isFollowedAtOnce(step, this.#steps[at + 1]));
      if (this.#isElsewhere) return;
    }
    // Whoever is in flight ends, one after the other, until everything is over.
    for (
      let left = [...this.#model.inFlight.keys()];
      left.length > 0;
      left = [...this.#model.inFlight.keys()]
    ) {
      await this.#take({ do: "finish", task: left[0] as number });
      if (this.#isElsewhere) return;
    }
    await this.#take({ do: "close" });
  }

  async #take(step: PoolStep, isFollowed = false): Promise<void> {
    const before = this.#model.settled.size;
    this.#last = stepInWords(step, this.#submitted);
    this.#talk.tell(this.#last, "");
    this.#talk.answers++;
    this.#model.take(step);
    this.#do(step);
    if (isFollowed) return;
    await stillness();
    this.#compare();
    for (const [number, settled] of [...this.#model.settled].slice(before))
      this.#talk.tell(`task ${number}`, settledInWords(settled), "answer");
  }

  #do(step: PoolStep): void {
    switch (step.do) {
      case "submit":
        this.#submit(step);
        return;
      case "finish": {
        const running = this.#running.get(step.task);
        this.#running.delete(step.task);
        if (step.fails === true) running?.reject(new Error(errorOf(step.task)));
        else running?.resolve(answerOf(step.task));
        return;
      }
      case "abort":
        this.#controllers.get(step.task)?.abort();
        return;
      default: {
        const at = this.#waits.push(false) - 1;
        const done = this.#talk.call(step.do, () =>
          step.do === "drain" ? this.#pool.drain() : this.#pool.close(),
        );
        Promise.resolve(done).then(
          () => (this.#waits[at] = true),
          (error: unknown) =>
            this.#notes(
              "settles",
              step.do,
              `${step.do} resolves, and it rejected with ${shown(error)}.`,
            ),
        );
      }
    }
  }

  #submit({ how, signal, heeds }: Extract<PoolStep, { do: "submit" }>): void {
    const number = this.#submitted++;
    this.#manners.set(number, { how, heeds: heeds === true });
    let given = {};
    if (signal !== undefined) {
      const controller = new AbortController();
      this.#controllers.set(number, controller);
      if (signal === "aborted") controller.abort();
      given = { signal: controller.signal };
    }
    const kind = how === "has no handler" ? "other work" : "work";
    const answer = this.#talk.call(`submit task ${number}`, () =>
      this.#pool.submit({ kind, input: number }, given),
    );
    const settle = (settled: Settled): void => {
      if (this.#settled.has(number)) return;
      this.#settled.set(number, settled);
    };
    Promise.resolve(answer).then(
      (value) => settle({ ok: true, value }),
      (error: unknown) =>
        settle({
          ok: false,
          code:
            errorCode(error) ??
            (error instanceof Error ? error.message : `no error but ${shown(error)}`),
        }),
    );
  }

  readonly #manners = new Map<number, { how: Manner; heeds: boolean }>();
  #note: { kind: PoolKind; what: string; therefore: string } | undefined;
  /** Whether it has broken another promise than the one in question. */
  #isElsewhere = false;

  #handle(number: number, signal: AbortSignal | undefined): unknown {
    const { how, heeds } = this.#manners.get(number) ?? { how: "now", heeds: false };
    this.#begun.push(number);
    const { inFlightMax } = this.#script;
    if (this.#running.size + 1 > inFlightMax)
      this.#notes(
        "too many",
        `task ${number} begins`,
        `${times(this.#running.size, "handler")} had been called and had not ended, inFlightMax is ${inFlightMax}, and another one is called.`,
      );
    if (how === "now") return answerOf(number);
    if (how === "throws") throw new Error(errorOf(number));
    // The contract says "what it throws", be it an error or not.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (how === "throws undefined") throw undefined;
    if (how === "rejects") return Promise.reject(new Error(errorOf(number)));
    return new Promise((resolve, reject: (error: Error) => void) => {
      this.#running.set(number, { resolve, reject });
      if (!heeds) return;
      signal?.addEventListener("abort", () => {
        this.#running.delete(number);
        reject(new Error("the handler has heeded its signal"));
      });
    });
  }

  /**
   * Kept until the next comparison: a handler must not be the one who hears of it. What is the matter of another
   * promise is judged there, and what follows from it is nobody's: the pool is somewhere else then.
   */
  #notes(kind: PoolKind, what: string, therefore: string): void {
    if (this.#isElsewhere) return;
    if (this.#breaks.includes(kind)) this.#note ??= { kind, what, therefore };
    else if (this.#note === undefined) this.#isElsewhere = true;
  }

  #compare(): void {
    this.#compareRefusals();
    this.#compareBeginnings();
    this.#compareAnswers();
    if (this.#breaks.includes("counts")) this.#compareCounts();
    for (const [at, { isDone }] of this.#model.waits.entries()) {
      const done = this.#waits[at] === true;
      if (done && !isDone)
        this.#notes(
          "settles",
          this.#last,
          "A drain or close has resolved while a task that was submitted before it waits or is in flight.",
        );
      if (!done && isDone)
        this.#notes(
          "settles",
          this.#last,
          "Every task that was submitted before has settled and ended, and a drain or close has not resolved.",
        );
    }
    if (this.#note === undefined) return;
    const { kind, what, therefore } = this.#note;
    this.#talk.broken(what, "", kind, therefore);
  }

  #compareBeginnings(): void {
    const { begun, waiting } = this.#model;
    const at = begun.findIndex((number, index) => this.#begun[index] !== number);
    const surplus = this.#begun[begun.length];
    if (at === -1 && surplus === undefined) return;
    const missing = at === -1 ? undefined : begun[at];
    const got = at === -1 ? surplus : this.#begun[at];
    const { inFlightMax } = this.#script;
    if (got === undefined && missing !== undefined)
      this.#notes(
        "slot",
        this.#last,
        `Fewer than ${inFlightMax} tasks are in flight, ${missing} is the next that waits, and it does not begin.`,
      );
    else if (
      missing === undefined &&
      got !== undefined &&
      waiting.some(({ number }) => number === got)
    )
      this.#notes(
        "too many",
        this.#last,
        `${inFlightMax} tasks are in flight, which is inFlightMax, and task ${got} begins.`,
      );
    else if (missing === undefined)
      this.#notes(
        "settles",
        this.#last,
        `Task ${String(got)} must not begin: it was refused, was called off, or has begun before.`,
      );
    else
      this.#notes(
        "settles",
        this.#last,
        `Tasks begin in the order of their calls: it is the turn of ${missing}, and ${String(got)} begins.`,
      );
  }

  #compareCounts(): void {
    const isRefused = (settled: Settled): boolean =>
      !settled.ok && ["OVERLOADED", "CLOSED", "INVALID_ARGUMENT"].includes(settled.code);
    const all = [...this.#settled.values()];
    const settled = all.filter((one) => !isRefused(one));
    const succeeded = settled.filter(({ ok }) => ok).length;
    const submitted = this.#submitted - (all.length - settled.length);
    const right = { submitted, succeeded, failed: settled.length - succeeded };
    const counts = this.#talk.call("counts", () => ({ ...this.#pool.counts() }));
    const got = {
      submitted: counts.submitted,
      succeeded: counts.succeeded,
      failed: counts.failed,
    };
    if (!isDeepStrictEqual(right, got))
      this.#notes(
        "counts",
        "counts",
        `${times(submitted, "task")} were accepted, ${succeeded} of them have succeeded and ${right.failed} failed, and counts says ${shown(got)}.`,
      );
  }

  /** Who is refused comes first: everything else follows from it. */
  #compareRefusals(): void {
    const isRefused = (one: Settled | undefined): boolean =>
      one?.ok === false && one.code === "OVERLOADED";
    this.#compareSettled("overload", (right, got) => isRefused(right) !== isRefused(got));
  }

  #compareAnswers(): void {
    this.#compareSettled("settles", (right, got) => !isDeepStrictEqual(right, got));
  }

  #compareSettled(
    kind: PoolKind,
    differ: (right: Settled | undefined, got: Settled | undefined) => boolean,
  ): void {
    for (let number = 0; number < this.#submitted; number++) {
      const right = this.#model.settled.get(number);
      const got = this.#settled.get(number);
      if (!differ(right, got)) continue;
      const therefore =
        right === undefined
          ? `Task ${number} has not ended, and it is answered: ${settledInWords(got)}.`
          : `Task ${number} has to be answered, ${settledInWords(right)}, and it is ${got === undefined ? "not answered" : settledInWords(got)}.`;
      this.#notes(kind, `task ${number}`, therefore);
    }
  }
}

function settledInWords(settled: Settled | undefined): string {
  if (settled === undefined) return "not at all";
  return settled.ok ? `resolved with ${shown(settled.value)}` : `rejected with ${settled.code}`;
}

export function stepInWords(step: PoolStep, next: number): string {
  switch (step.do) {
    case "submit": {
      const how = {
        later: "ends when it is told to",
        now: "ends at once",
        throws: "throws before its first await",
        rejects: "rejects",
        "throws undefined": "throws undefined",
        "has no handler": "has no handler",
      }[step.how];
      const signal =
        step.signal === undefined
          ? ""
          : step.signal === "given"
            ? ", with a signal"
            : ", with a signal that is aborted";
      return `submit task ${next}, which ${how}${signal}${step.heeds === true ? " and heeds it" : ""}`;
    }
    case "finish":
      return step.fails === true ? `task ${step.task} fails` : `task ${step.task} ends`;
    case "abort":
      return `abort task ${step.task}`;
    default:
      return step.do;
  }
}

/** The steps that are left, whose tasks have other numbers now. */
function renumbered(all: readonly PoolStep[], left: readonly PoolStep[]): PoolStep[] {
  const numbers = new Map<PoolStep, number>();
  for (const step of all) if (step.do === "submit") numbers.set(step, numbers.size);
  const remaining = left.filter((step) => step.do === "submit").map((step) => numbers.get(step));
  return left.flatMap((step): PoolStep[] => {
    if (!("task" in step)) return [step];
    const task = remaining.indexOf(step.task);
    return task === -1 ? [] : [{ ...step, task }];
  });
}

// ── Drawing ───────────────────────────────────────────────────────────────────────────────────

export interface PoolMix {
  steps: number;
  manners: readonly Manner[];
  aborts: boolean;
  failures: boolean;
  drains: boolean;
}

export function drawPoolScript(random: Random, mix: PoolMix): PoolScript {
  const script: PoolScript = {
    inFlightMax: 1 + random.below(3),
    queueLengthMax: random.below(4),
    steps: [],
  };
  const model = new PoolModel(script);
  let submitted = 0;
  while (script.steps.length < mix.steps) {
    const step = drawStep(random, mix, model, submitted);
    if (step.do === "submit") submitted++;
    model.take(step);
    script.steps.push(step);
  }
  return script;
}

function drawStep(random: Random, mix: PoolMix, model: PoolModel, submitted: number): PoolStep {
  const running = [...model.inFlight.keys()];
  const dice = random.below(20);
  if (dice < 6 && running.length > 0) {
    const task = pick(random, running);
    return mix.failures && random.below(3) === 0
      ? { do: "finish", task, fails: true }
      : { do: "finish", task };
  }
  if (dice < 9 && mix.aborts && submitted > 0)
    return { do: "abort", task: random.below(submitted) };
  if (dice === 9 && mix.drains) return { do: "drain" };
  if (dice === 10 && mix.drains && random.below(6) === 0) return { do: "close" };
  const step: PoolStep = { do: "submit", how: pick(random, mix.manners) };
  if (mix.aborts && random.below(2) === 0) {
    step.signal = random.below(6) === 0 ? "aborted" : "given";
    if (random.below(3) === 0) step.heeds = true;
  }
  if (step.how === "later" && random.below(4) === 0) step.together = true;
  return step;
}

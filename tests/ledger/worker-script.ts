/**
 * What a check does with a pool on workers, as plain data, and how it is played and judged.
 *
 * Every moment in the life of a worker is a gate; workers die or hang as planned, or of a task. What is posted,
 * answered and lost is seen at the port, so what has to become of each task is known exactly: its own outcome, or
 * WORKER_LOST if it was lost twice. Time goes on only when nothing else can happen.
 */
import { isDeepStrictEqual } from "node:util";
import { errorCode } from "#platform/errors.ts";
import type { Random } from "#platform/random.ts";
import {
  FlakyWorkers,
  nameOfWorkerMoment,
  type WorkerMoment,
} from "#platform/testing/flaky-workers.ts";
import { GateKeeper, microtasksDone } from "#platform/testing/gates.ts";
import type { Task, TaskHandlers, TaskWorker, Workers } from "#platform/workers.ts";
import type { TaskPool } from "#katas/ledger/contract.ts";
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { Budget } from "../harness/check.ts";
import { describeError } from "../harness/in-words.ts";
import { runLife } from "../harness/life.ts";
import { following, schedulerOf } from "../harness/scheduler.ts";
import { times } from "./judge.ts";
import { levelOf, talkExperiment, type Talk } from "./ledger-experiment.ts";
import { type PlannedWorkerFault, shorter, shown } from "./script.ts";
import { faultsInTurn, type WorldCall, WorldClock } from "./world.ts";

export interface WorkerScript {
  known?: string;
  inFlightMax: number;
  queueLengthMax: number;
  workerCount: number;
  tasks: WorkerTask[];
  faults: PlannedWorkerFault[];
  order: number[] | { drawn: number };
  /** Tasks that are called off at those steps of the world, unless they are over by then. */
  aborts?: { task: number; step: number }[];
  /** Closed while the tasks are under way. */
  closesEarly?: true;
  /**
   * All tasks are answered before the last ones are submitted; meanwhile idle workers die. With `isSeen` the pool has
   * heard of it by then.
   */
  lastWave?: { tasks: number; dies: number[]; isSeen?: true };
}

/** What a task does: answers, fails with a code or without, kills its worker, and so on. */
export type WorkerTask =
  | "doubles"
  | "maps"
  | "nothing"
  | "changes its input"
  | "fails"
  | "fails with a code"
  | "no such kind"
  | "cannot be sent"
  | "cannot be answered"
  | "kills"
  | "hangs"
  | "takes time";

export type WorkerKind =
  "outcome" | "idle" | "lost" | "left" | "counts" | "settles" | "too many" | "overload";

export const taskMsMax = 1000;

type Outcome =
  { ok: true; value: unknown } | { ok: false; code: string | undefined; message: string };

export function inputOf(task: WorkerTask, number: number): unknown {
  if (task === "cannot be sent") return { number, callback: () => number };
  return { number, list: [number, new Map([[number, "x"]])] };
}

const handlers = (clock: WorldClock): TaskHandlers => ({
  doubles: (input) => numberIn(input) * 2,
  maps: (input) => ({
    at: numberIn(input),
    when: new Date(1000 * numberIn(input)),
    of: new Map([["n", numberIn(input)]]),
  }),
  nothing: async () => undefined,
  "changes its input": (input) => {
    (input as { number: number }).number += 1000;
    return numberIn(input);
  },
  fails: (input) => {
    throw new Error(`task ${numberIn(input)} failed`);
  },
  "fails with a code": async (input) => {
    throw Object.assign(new Error(`task ${numberIn(input)} failed`), { code: "E_TASK" });
  },
  "cannot be sent": () => 1,
  "cannot be answered": () => () => 1,
  kills: () => "alive",
  hangs: () => "alive",
  "takes time": async (input) => {
    await clock.sleep(taskMsMax - 100);
    return numberIn(input);
  },
});

function numberIn(input: unknown): number {
  return (input as { number: number }).number;
}

function rightOutcome(task: WorkerTask, number: number): Outcome {
  const failure = { ok: false, message: `task ${number} failed` } as const;
  switch (task) {
    case "doubles":
      return { ok: true, value: number * 2 };
    case "maps":
      return {
        ok: true,
        value: { at: number, when: new Date(1000 * number), of: new Map([["n", number]]) },
      };
    case "nothing":
      return { ok: true, value: undefined };
    case "changes its input":
      return { ok: true, value: number + 1000 };
    case "fails":
      return { ...failure, code: undefined };
    case "fails with a code":
      return { ...failure, code: "E_TASK" };
    case "no such kind":
      return { ok: false, code: "INVALID_ARGUMENT", message: "" };
    case "cannot be sent":
    case "cannot be answered":
      return { ok: false, code: "NOT_CLONEABLE", message: "" };
    case "takes time":
      return { ok: true, value: number };
    case "kills":
    case "hangs":
      return { ok: true, value: "alive" };
  }
}

// ── Playing ───────────────────────────────────────────────────────────────────────────────────

export interface WorkerCheck {
  promise: InvariantId;
  breaks: readonly WorkerKind[];
  cases(budget: Budget): Iterable<WorkerScript>;
}

/** The level from which pools have workers. */
const workersLevel = 5;

export function workerExperiment(check: WorkerCheck) {
  const { promise, breaks } = check;
  return talkExperiment<WorkerScript>({
    promise,
    cases: (budget) => check.cases(budget),
    judge: async (talk, script) => {
      if (levelOf(talk.exports) >= workersLevel) await new WorkerPlay(talk, script, breaks).play();
    },
    *smaller(script) {
      for (const tasks of shorter(script.tasks)) yield { ...script, tasks };
      for (const faults of shorter(script.faults)) yield { ...script, faults };
      for (const aborts of shorter(script.aborts ?? [])) yield { ...script, aborts };
      if (Array.isArray(script.order) && script.order.some((choice) => choice !== 0))
        yield { ...script, order: [] };
    },
    withSchedule: (script, order) => ({ ...script, order }),
  });
}

/** What a worker has been given and has not answered. */
interface Watched {
  readonly number: number;
  readonly posts: number[][];
  busySince: number;
  readonly gone: Promise<void>;
}

class WorkerPlay {
  readonly #talk: Talk;
  readonly #script: WorkerScript;
  readonly #breaks: readonly WorkerKind[];
  readonly #gates = new GateKeeper<WorldCall>();
  readonly #clock = new WorldClock();
  readonly #flaky: FlakyWorkers;
  readonly #pool: TaskPool;
  readonly #watched: Watched[] = [];
  readonly #losses = new Map<number, number>();
  readonly #outcomes = new Map<number, Outcome>();
  readonly #controllers = new Map<number, AbortController>();
  #submitted = 0;
  #note: { kind: WorkerKind; what: string; therefore: string } | undefined;

  constructor(talk: Talk, script: WorkerScript, breaks: readonly WorkerKind[]) {
    this.#talk = talk;
    this.#script = script;
    this.#breaks = breaks;
    const planned = faultsInTurn(script.faults);
    this.#flaky = new FlakyWorkers({
      handlers: handlers(this.#clock),
      pace: this.#gates,
      faults: (moment) => this.#told(moment, planned(moment) ?? faultOfTask(moment)),
    });
    const { inFlightMax, queueLengthMax, workerCount, known } = script;
    if (known !== undefined) talk.tell(known, "", "note");
    const what = `createTaskPool({ inFlightMax: ${inFlightMax}, queueLengthMax: ${queueLengthMax}, workerCount: ${workerCount} })`;
    this.#pool = talk.call(what, () =>
      talk.exports.createTaskPool({
        inFlightMax,
        queueLengthMax,
        workerCount,
        taskMsMax,
        workers: this.#port(),
        clock: this.#clock,
      }),
    );
    talk.tell(what, "made");
  }

  async play(): Promise<void> {
    const { order, tasks, lastWave } = this.#script;
    const program = async (): Promise<void> => {
      const last = lastWave?.tasks ?? 0;
      const answers = tasks.slice(0, tasks.length - last).map((task) => this.#submit(task));
      if (this.#script.closesEarly === true) {
        const closing = this.#close();
        await Promise.all(answers);
        return closing;
      }
      await Promise.all(answers);
      for (const worker of lastWave?.dies ?? []) {
        this.#talk.tell(`worker ${worker} dies while it has nothing to do`, "", "kill");
        this.#flaky.kill(worker);
        if (lastWave?.isSeen === true) await this.#watched[worker - 1]?.gone;
      }
      await Promise.all(tasks.slice(tasks.length - last).map((task) => this.#submit(task)));
      await this.#close();
    };
    const scheduler = Array.isArray(order)
      ? following(order)
      : schedulerOf(order.drawn % 1009, order.drawn, 30);
    const end = await runLife<WorldCall>(program, {
      gates: this.#gates,
      scheduler,
      atRest: async (step) => {
        this.#look();
        if (this.#callOff(step)) {
          await microtasksDone();
          this.#look();
        }
        return this.#note === undefined;
      },
      wake: () => this.#clock.wakeNext(),
      stepsMax: 3000,
    });
    this.#talk.schedule = end.schedule;
    if (end.error !== undefined) throw end.error as Error;
    if (this.#note !== undefined) {
      const { kind, what, therefore } = this.#note;
      this.#talk.broken(what, "", kind, therefore);
    }
    if (end.how === "hung") this.#talk.hung(this.#waitingFor());
  }

  #waitingFor(): string {
    const unanswered = Array.from({ length: this.#submitted }, (_, number) => number).find(
      (number) => !this.#outcomes.has(number),
    );
    return unanswered === undefined ? "close" : `task ${unanswered}`;
  }

  /** Whether somebody has called off a task that was not over. */
  #callOff(step: number): boolean {
    const { aborts = [] } = this.#script;
    const due = aborts.filter(
      ({ task, step: at }) =>
        at <= step &&
        !this.#outcomes.has(task) &&
        this.#controllers.get(task)?.signal.aborted === false,
    );
    for (const { task } of due) {
      this.#talk.tell(`task ${task} is called off`, "", "fault");
      this.#talk.features.add("aborted");
      this.#controllers.get(task)?.abort();
    }
    return due.length > 0;
  }

  #submit(task: WorkerTask): Promise<void> {
    const number = this.#submitted++;
    const what = `submit task ${number}, which ${inWords(task)}`;
    this.#talk.tell(what);
    this.#talk.answers++;
    const input = inputOf(task, number);
    const { aborts = [] } = this.#script;
    const controller = new AbortController();
    const options = aborts.some((abort) => abort.task === number)
      ? [{ signal: controller.signal }]
      : [];
    this.#controllers.set(number, controller);
    const answer = this.#talk.call(what, () =>
      this.#pool.submit({ kind: task, input }, ...options),
    );
    return Promise.resolve(answer).then(
      (value) => this.#settled(number, task, { ok: true, value }, input),
      (error: unknown) =>
        this.#settled(
          number,
          task,
          {
            ok: false,
            code: errorCode(error),
            message: error instanceof Error ? error.message : String(error),
          },
          input,
        ),
    );
  }

  #settled(number: number, task: WorkerTask, got: Outcome, input: unknown): void {
    if (this.#outcomes.has(number)) return;
    this.#outcomes.set(number, got);
    this.#talk.tell(`task ${number}`, outcomeInWords(got), "answer");
    const isRefused = !got.ok && got.code === "OVERLOADED";
    if (isRefused || isBeyond(this.#script, number)) {
      this.#judgeRefusal(number, isRefused);
      return;
    }
    if (this.#controllers.get(number)?.signal.aborted === true) {
      if (!got.ok && got.code === "ABORTED") return;
      this.#notes(
        "outcome",
        `task ${number}`,
        `It was called off before it was over, so it rejects with ABORTED, and it ${outcomeInWords(got)}.`,
      );
      return;
    }
    const losses = this.#losses.get(number) ?? 0;
    if (losses >= 2) {
      if (!got.ok && got.code === "WORKER_LOST") return;
      this.#notes(
        "lost",
        `task ${number}`,
        `It was lost with two workers, so it rejects with WORKER_LOST, and it ${outcomeInWords(got)}.`,
      );
      return;
    }
    if (!got.ok && got.code === "WORKER_LOST") {
      this.#notes(
        "lost",
        `task ${number}`,
        `It was lost ${losses === 0 ? "with no worker" : "with one worker only"}, and it rejects with WORKER_LOST.`,
      );
      return;
    }
    const right = rightOutcome(task, number);
    const isRight =
      right.ok || got.ok
        ? isDeepStrictEqual(right, got)
        : right.code === got.code && (right.message === "" || right.message === got.message);
    if (!isRight)
      this.#notes(
        "outcome",
        `task ${number}`,
        `A task that ${inWords(task)} ${outcomeInWords(right)}, and it ${outcomeInWords(got)}.`,
      );
    else if (numberIn(input) !== number)
      this.#notes(
        "outcome",
        `task ${number}`,
        "Inputs are cloned on their way, and the handler has changed its caller's.",
      );
  }

  #judgeRefusal(number: number, isRefused: boolean): void {
    const { inFlightMax, queueLengthMax } = this.#script;
    if (isRefused === isBeyond(this.#script, number)) return;
    this.#notes(
      "overload",
      `task ${number}`,
      `With inFlightMax ${inFlightMax} and queueLengthMax ${queueLengthMax} the first ${inFlightMax + queueLengthMax} of those that are submitted together are accepted and no more, and task ${number} is ${isRefused ? "refused" : "accepted"}.`,
    );
  }

  async #close(): Promise<void> {
    this.#talk.tell("close");
    try {
      await this.#pool.close();
    } catch (error) {
      this.#notes("left", "close", `close resolves, and it rejected with ${describeError(error)}.`);
      return;
    }
    this.#talk.tell("close", "resolved", "answer");
    if (this.#flaky.alive > 0)
      this.#notes(
        "left",
        "close",
        `close has resolved, and ${times(this.#flaky.alive, "worker")} ${this.#flaky.alive === 1 ? "is" : "are"} alive.`,
      );
    else if (this.#outcomes.size < this.#submitted)
      this.#notes(
        "settles",
        "close",
        `close has resolved, and ${this.#waitingFor()} is not answered.`,
      );
  }

  // ── What is seen at the port ────────────────────────────────────────────────────────────────

  #port(): Workers {
    return { start: () => this.#watch(this.#flaky.start()) };
  }

  #watch(worker: TaskWorker): TaskWorker {
    let isGone: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => (isGone = resolve));
    const watched: Watched = { number: this.#flaky.counts.started, posts: [], busySince: 0, gone };
    this.#watched.push(watched);
    let onExit: (cause?: Error) => void = () => undefined;
    let onMessage: Parameters<TaskWorker["onMessage"]>[0] = () => undefined;
    worker.onMessage((outcomes) => {
      watched.posts.shift();
      watched.busySince = this.#clock.now();
      onMessage(outcomes);
    });
    worker.onExit((cause) => {
      for (const number of watched.posts.flat())
        this.#losses.set(number, (this.#losses.get(number) ?? 0) + 1);
      watched.posts.length = 0;
      this.#talk.tell(`worker ${watched.number} is gone`, "", "kill");
      onExit(cause);
      isGone();
    });
    return {
      post: (tasks) => {
        worker.post(tasks);
        const numbers = tasks.map(({ input }: Task) => numberIn(input));
        if (watched.posts.length === 0) watched.busySince = this.#clock.now();
        watched.posts.push(numbers);
        this.#talk.tell(
          `worker ${watched.number} is handed ${numbers.map((number) => `task ${number}`).join(", ")}`,
          "",
          "disk",
        );
        const { inFlightMax } = this.#script;
        const inFlight = this.#watched.flatMap(({ posts }) => posts.flat()).length;
        if (inFlight > inFlightMax)
          this.#notes(
            "too many",
            `worker ${watched.number}`,
            `${inFlight} tasks are with workers that have neither answered them nor gone, and inFlightMax is ${inFlightMax}.`,
          );
        const again = numbers.find((number) => (this.#losses.get(number) ?? 0) >= 2);
        if (again !== undefined)
          this.#notes(
            "lost",
            `task ${again}`,
            "It was lost twice, and it is handed to a third worker.",
          );
      },
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      terminate: () => {
        this.#judgeTermination(watched);
        return worker.terminate();
      },
    };
  }

  #judgeTermination({ number, posts, busySince }: Watched): void {
    const count = posts.flat().length;
    const waitedMs = this.#clock.now() - busySince;
    this.#talk.tell(
      `worker ${number} is terminated`,
      count === 0 ? "" : `after ${waitedMs} ms`,
      "disk",
    );
    if (waitedMs >= count * taskMsMax) return;
    this.#notes(
      "lost",
      `worker ${number}`,
      `It has ${times(count, "task")} and has answered none of them for ${waitedMs} ms, which is less than ${count} × ${taskMsMax}, and it is terminated.`,
    );
  }

  #told(moment: WorkerMoment, fault: "dies" | "hangs" | undefined): "dies" | "hangs" | undefined {
    if (fault !== undefined) {
      this.#talk.features.add(fault);
      this.#talk.tell(
        nameOfWorkerMoment(moment),
        fault === "dies" ? "and dies" : "and hangs",
        "fault",
      );
    }
    return fault;
  }

  /** Everything waits: what must be so at any moment. */
  #look(): void {
    const { workerCount, inFlightMax } = this.#script;
    const { alive, busy } = this.#flaky;
    if (alive > workerCount)
      this.#notes(
        "idle",
        "workers",
        `${alive} workers are alive, and workerCount is ${workerCount}.`,
      );
    const unfinished = this.#submitted - this.#outcomes.size;
    if (unfinished > inFlightMax && busy.length < workerCount)
      this.#notes(
        "idle",
        "workers",
        `${unfinished} tasks are not answered, more than inFlightMax ${inFlightMax}, so some wait, and only ${busy.length} of ${times(workerCount, "worker")} have one.`,
      );
    this.#lookAtCounts();
  }

  #lookAtCounts(): void {
    if (!this.#breaks.includes("counts")) return;
    const counts = this.#talk.call("counts", () => ({ ...this.#pool.counts() }));
    const outcomes = [...this.#outcomes.values()];
    const succeeded = outcomes.filter(({ ok }) => ok).length;
    const right = { submitted: this.#submitted, succeeded, failed: outcomes.length - succeeded };
    const got = { submitted: counts.submitted, succeeded: counts.succeeded, failed: counts.failed };
    if (!isDeepStrictEqual(right, got))
      this.#notes(
        "counts",
        "counts",
        `${times(right.submitted, "task")} were accepted, ${right.succeeded} of them have succeeded and ${right.failed} failed, and counts says ${shown(got)}.`,
      );
  }

  #notes(kind: WorkerKind, what: string, therefore: string): void {
    if (this.#breaks.includes(kind)) this.#note ??= { kind, what, therefore };
  }
}

/** Some tasks of a script, called off at some moment. */
export function drawAborts(random: Random, tasks: number): { task: number; step: number }[] {
  if (tasks === 0) return [];
  return Array.from({ length: random.below(3) }, () => ({
    task: random.below(tasks),
    step: random.below(4 * tasks),
  }));
}

/** Whether there is no room for a task, of those that are submitted together. */
export function isBeyond(script: WorkerScript, number: number): boolean {
  const { inFlightMax, queueLengthMax, tasks, lastWave } = script;
  return number >= inFlightMax + queueLengthMax && number < tasks.length - (lastWave?.tasks ?? 0);
}

function faultOfTask({ task }: WorkerMoment): "dies" | "hangs" | undefined {
  if (task?.kind === "kills") return "dies";
  return task?.kind === "hangs" ? "hangs" : undefined;
}

function inWords(task: WorkerTask): string {
  const words: Partial<Record<WorkerTask, string>> = {
    maps: "answers with a map and a date",
    nothing: "answers with nothing",
    "no such kind": "has no handler",
    kills: "kills whoever tries it",
    hangs: "makes whoever tries it hang",
    "takes time": `takes ${taskMsMax - 100} ms`,
  };
  return words[task] ?? task;
}

function outcomeInWords(outcome: Outcome): string {
  if (outcome.ok) return `resolves with ${shown(outcome.value)}`;
  return `rejects with ${[outcome.code, outcome.message].filter((text) => text !== undefined && text !== "").join(", ")}`;
}

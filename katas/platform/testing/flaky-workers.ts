/**
 * Workers for your own tests: they run their handlers in this thread, but clone everything that travels,
 * and they die or hang when a test says so.
 *
 *     const workers = createFlakyWorkers({ handlers: { double: (input) => Number(input) * 2 } });
 *     workers.faults = ({ at, worker }) => (at === "task" && worker === 1 ? "dies" : undefined);
 *     const pool = createTaskPool({ inFlightMax: 2, queueLengthMax: 10, workers, workerCount: 2, clock });
 *
 * In the life of a worker everything that takes time is a moment of its own:
 *
 *     start ──► task ──► task ──► … ──► answer ──► task ──► …        exit: death or termination
 *
 * By default each comes at once; a `Pace` may decide otherwise. A worker that hangs never comes to its
 * next moment and only `terminate` ends it.
 */
import { errorCode, InvalidArgumentError, NotCloneableError } from "../errors.ts";
import type {
  Task,
  TaskError,
  TaskHandlers,
  TaskOutcome,
  TaskWorker,
  Workers,
} from "../workers.ts";
import { atOnce, type Pace } from "./disk-port.ts";

/** Something in the life of a worker that has not happened yet, as plain data. Workers are numbered from 1. */
export type WorkerMoment =
  | { kind: "worker"; at: "start" | "answer" | "exit"; worker: number; task: null }
  | { kind: "worker"; at: "task"; worker: number; task: Task };

export type WorkerFault = "dies" | "hangs";

/** Asked when a moment has come and before anything of it happens; an exit cannot go wrong. */
export type WorkerFaults = (moment: WorkerMoment) => WorkerFault | undefined;

export interface FlakyWorkersOptions {
  handlers: TaskHandlers;
  faults?: WorkerFaults;
  pace?: Pace<WorkerMoment>;
}

const noFaults: WorkerFaults = () => undefined;
const never = new Promise<never>(() => undefined);

export class FlakyWorkers implements Workers {
  faults: WorkerFaults;
  /** So far: workers started, messages posted, tasks that came to a handler. */
  readonly counts = { started: 0, posts: 0, tasks: 0 };
  readonly #handlers: TaskHandlers;
  readonly #pace: Pace<WorkerMoment>;
  readonly #workers = new Map<number, FlakyWorker>();
  #fenced = false;

  constructor({ handlers, faults = noFaults, pace = atOnce }: FlakyWorkersOptions) {
    this.#handlers = handlers;
    this.faults = faults;
    this.#pace = pace;
  }

  start(): TaskWorker {
    const number = ++this.counts.started;
    const worker = new FlakyWorker(number, {
      come: (moment) => this.#come(moment),
      carryOut: (task) => this.#carryOut(task),
      posted: () => this.counts.posts++,
      gone: () => this.#workers.delete(number),
    });
    this.#workers.set(number, worker);
    return worker;
  }

  /** How many workers have been started and are not gone. */
  get alive(): number {
    return this.#workers.size;
  }

  /** The numbers of those workers that have been handed tasks and have not answered them. */
  get busy(): number[] {
    return [...this.#workers.values()].filter(({ isBusy }) => isBusy).map(({ number }) => number);
  }

  /** This worker dies, whatever it is doing. */
  kill(worker: number): void {
    this.#workers.get(worker)?.die();
  }

  /** This worker comes to no further moment. */
  hang(worker: number): void {
    this.#workers.get(worker)?.hang();
  }

  /** The process to which all of them belong ends: nobody hears of them again. */
  fence(): void {
    this.#fenced = true;
    this.#workers.clear();
  }

  async #come(moment: WorkerMoment): Promise<WorkerFault | undefined> {
    return this.#pace.settle(moment, () => {
      // Answered with a promise that never settles, the moment never comes.
      if (this.#fenced) return never as unknown as WorkerFault;
      return moment.at === "exit" ? undefined : this.faults(moment);
    });
  }

  async #carryOut(task: Task): Promise<TaskOutcome> {
    this.counts.tasks++;
    try {
      const handler = Object.hasOwn(this.#handlers, task.kind) && this.#handlers[task.kind];
      if (!handler)
        return failed(new Error(`No handler of the kind ${task.kind}.`), "INVALID_ARGUMENT");
      return { ok: true, value: cloned(await handler(task.input, {})) };
    } catch (error) {
      return failed(error, errorCode(error));
    }
  }
}

interface Surroundings {
  come(moment: WorkerMoment): Promise<WorkerFault | undefined>;
  carryOut(task: Task): Promise<TaskOutcome>;
  posted(): void;
  gone(): void;
}

class FlakyWorker implements TaskWorker {
  readonly number: number;
  readonly #world: Surroundings;
  readonly #posts: (readonly Task[])[] = [];
  #tell: ((outcomes: readonly TaskOutcome[]) => void) | undefined;
  #tellExit: (() => void) | undefined;
  #isWorking = false;
  #isUp = false;
  #isHanging = false;
  /** Begins with a death or a termination; from then on the worker does nothing, and then it is gone. */
  #ending: Promise<void> | undefined;
  #isGone = false;

  constructor(number: number, world: Surroundings) {
    this.number = number;
    this.#world = world;
    void this.#startUp();
  }

  get isBusy(): boolean {
    return this.#posts.length > 0;
  }

  post(tasks: readonly Task[]): void {
    if (tasks.length === 0) throw new InvalidArgumentError("Expected at least one task, got none.");
    const copies = tasks.map(({ kind, input }) => ({ kind, input: cloned(input) }));
    if (this.#isGone) return;
    this.#world.posted();
    this.#posts.push(copies);
    if (this.#isUp) void this.#work();
  }

  onMessage(listener: (outcomes: readonly TaskOutcome[]) => void): void {
    this.#tell = listener;
  }

  onExit(listener: () => void): void {
    this.#tellExit = listener;
  }

  terminate(): Promise<void> {
    return this.#end();
  }

  die(): void {
    void this.#end();
  }

  hang(): void {
    this.#isHanging = true;
  }

  async #startUp(): Promise<void> {
    if (!(await this.#lives("start", null))) return;
    this.#isUp = true;
    await this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let tasks = this.#posts[0]; tasks !== undefined; tasks = this.#posts[0]) {
      const outcomes: TaskOutcome[] = [];
      for (const task of tasks) {
        if (!(await this.#lives("task", task))) return;
        outcomes.push(await this.#world.carryOut(task));
      }
      if (!(await this.#lives("answer", null))) return;
      this.#posts.shift();
      this.#tell?.(outcomes);
    }
    this.#isWorking = false;
  }

  /** Waits for a moment; false if the worker does not live to see it. */
  async #lives(at: "start" | "task" | "answer", task: Task | null): Promise<boolean> {
    const moment = { kind: "worker", at, worker: this.number, task } as WorkerMoment;
    await this.#unlessHanging();
    const fault = await this.#world.come(moment);
    if (fault === "dies") this.die();
    if (fault === "hangs") this.hang();
    await this.#unlessHanging();
    // Ended, it may still say what was on its way; gone, it may not.
    return at === "answer" ? fault !== "dies" && !this.#isGone : this.#ending === undefined;
  }

  async #unlessHanging(): Promise<void> {
    if (this.#isHanging) await never;
  }

  #end(): Promise<void> {
    this.#ending ??= this.#leave();
    return this.#ending;
  }

  async #leave(): Promise<void> {
    await this.#world.come({ kind: "worker", at: "exit", worker: this.number, task: null });
    this.#isGone = true;
    this.#world.gone();
    this.#tellExit?.();
  }
}

/** Workers that are alive and well, until you give them faults. */
export function createFlakyWorkers(options: FlakyWorkersOptions): FlakyWorkers {
  return new FlakyWorkers(options);
}

export function nameOfWorkerMoment({ at, worker, task }: WorkerMoment): string {
  return at === "task" ? `worker ${worker} does ${task.kind}` : `worker ${worker}: ${at}`;
}

function cloned(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new NotCloneableError(`It cannot travel to another thread: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function failed(error: unknown, code: string | undefined): TaskOutcome {
  const name = error instanceof Error ? error.name : "Error";
  const told: TaskError = { name, message: messageOf(error) };
  return { ok: false, error: code === undefined ? told : { ...told, code } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

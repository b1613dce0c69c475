/**
 * The pool: how many tasks are in flight, who waits, who is refused, and that everybody is answered once.
 * Where a task runs is the crew's business.
 *
 *   submit ─► unfinished? ─► waiting (in order) ─► crew ─► settled ─► ended
 *               │ too many                          ▲
 *               └─► OVERLOADED                      └── a lost task, once more
 *
 * *Settled* is what the caller sees, *ended* is what the pool counts: a task that was aborted in flight has
 * been answered, and still takes its slot until its handler has ended.
 */
import { AbortedError, ClosedError, OverloadedError } from "#platform/errors.ts";
import type { Task } from "#platform/workers.ts";
import type { TaskCounts, TaskPool } from "#katas/ledger/contract.ts";
import { type InLine, Line } from "./line.ts";

/** A task on its way through the pool. */
export interface Job {
  readonly task: Task;
  readonly signal: AbortSignal | undefined;
  /** Whether the caller has its answer; then nothing is left to do for it. */
  readonly isSettled: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** It is in flight no more. */
  end(): void;
}

/** Jobs that wait, in the order in which they begin. */
export interface Waiting {
  readonly count: number;
  take(): Job | undefined;
}

export interface Crew {
  /** Throws `INVALID_ARGUMENT` for a kind that it knows it has no handler for. */
  refuseUnlessKnown(kind: string): void;
  /** Takes as many jobs as it has room for. Called whenever there may be more to do. */
  work(waiting: Waiting): void;
  /** Lets everything go. Called when no job is left. */
  close(): Promise<void>;
}

interface Limits {
  readonly inFlightMax: number;
  readonly queueLengthMax: number;
}

export class Pool implements TaskPool {
  readonly #crew: Crew;
  readonly #limits: Limits;
  readonly #waiting = new Line<PooledJob>();
  readonly #counts = { submitted: 0, succeeded: 0, failed: 0 };
  /** Waiting and in flight. */
  #unfinishedCount = 0;
  readonly #drains = new Set<Drain>();
  /** Those that wait, as far as there are slots. */
  readonly #line: Waiting;
  readonly #events: JobEvents = {
    settled: (how) => this.#counts[how]++,
    aborted: (job) => {
      if (this.#waiting.leave(job)) job.end();
    },
    ended: (job) => this.#end(job),
  };
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(crew: Crew, limits: Limits) {
    this.#crew = crew;
    this.#limits = limits;
    this.#line = this.#waitingLine();
  }

  /** Makes one promise a task, and throws inside of it: for short tasks that is what a pool costs. */
  submit(task: Task, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
    return new Promise((resolve, reject: (error: Error) => void) => {
      this.#refuseUnlessRoom(task);
      const number = this.#counts.submitted++;
      const job = new PooledJob(task, signal, { number, resolve, reject, events: this.#events });
      this.#unfinishedCount++;
      this.#waiting.join(job);
      job.heedSignal();
      this.#crew.work(this.#line);
    });
  }

  drain(): Promise<void> {
    if (this.#unfinishedCount === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.#counts.submitted;
      this.#drains.add({ before, left: this.#unfinishedCount, resolve });
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  counts(): TaskCounts {
    return { ...this.#counts };
  }

  async #shutDown(): Promise<void> {
    await this.drain();
    await this.#crew.close();
  }

  #refuseUnlessRoom(task: Task): void {
    if (this.#isClosed) throw new ClosedError("The pool was closed.");
    this.#crew.refuseUnlessKnown(task.kind);
    const { inFlightMax, queueLengthMax } = this.#limits;
    if (this.#unfinishedCount >= inFlightMax + queueLengthMax) {
      throw new OverloadedError(`${this.#unfinishedCount} tasks wait or are in flight.`);
    }
  }

  #waitingLine(): Waiting {
    const waiting = this.#waiting;
    const slots = (): number => this.#limits.inFlightMax - (this.#unfinishedCount - waiting.length);
    return {
      get count() {
        return Math.min(waiting.length, slots());
      },
      take: () => (slots() > 0 ? waiting.takeFirst() : undefined),
    };
  }

  #end({ number }: PooledJob): void {
    this.#unfinishedCount--;
    for (const drain of this.#drains) {
      if (number >= drain.before) continue;
      drain.left--;
      if (drain.left > 0) continue;
      this.#drains.delete(drain);
      drain.resolve();
    }
    this.#crew.work(this.#line);
  }
}

/** Waits until all jobs with a number below `before` have ended: those that were unfinished when it was called. */
interface Drain {
  readonly before: number;
  left: number;
  readonly resolve: () => void;
}

/** What becomes of a job, for its pool. */
interface JobEvents {
  settled(how: "succeeded" | "failed"): void;
  /** Before its end; it may be waiting still. */
  aborted(job: PooledJob): void;
  ended(job: PooledJob): void;
}

interface Submission {
  /** In the order of the calls. */
  readonly number: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly events: JobEvents;
}

class PooledJob implements Job, InLine<PooledJob> {
  readonly task: Task;
  readonly signal: AbortSignal | undefined;
  isInLine = false;
  ahead: PooledJob | undefined;
  behind: PooledJob | undefined;
  readonly #submission: Submission;
  #isSettled = false;
  #hasEnded = false;
  #stopListening: (() => void) | undefined;

  constructor(task: Task, signal: AbortSignal | undefined, submission: Submission) {
    this.task = task;
    this.signal = signal;
    this.#submission = submission;
  }

  get number(): number {
    return this.#submission.number;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  heedSignal(): void {
    const { signal } = this;
    if (signal === undefined) return;
    const abort = (): void => {
      this.reject(new AbortedError("The task was called off."));
      this.#submission.events.aborted(this);
    };
    this.#stopListening = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  }

  resolve(value: unknown): void {
    if (this.#settle("succeeded")) this.#submission.resolve(value);
  }

  reject(error: unknown): void {
    // What a handler throws is passed on as it is.
    if (this.#settle("failed")) this.#submission.reject(error as Error);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#submission.events.ended(this);
  }

  /** Only the first answer counts. */
  #settle(how: "succeeded" | "failed"): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#stopListening?.();
    this.#submission.events.settled(how);
    return true;
  }
}

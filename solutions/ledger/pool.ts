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
  /** Waiting and in flight. */
  readonly #unfinished = new Set<Job>();
  readonly #waiting = new Set<PooledJob>();
  readonly #counts = { submitted: 0, succeeded: 0, failed: 0 };
  /** Each waits until all of its jobs have ended. */
  readonly #drains = new Set<{ left: Set<Job>; resolve: () => void }>();
  /** Those that wait, as far as there are slots. */
  readonly #line: Waiting;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(crew: Crew, limits: Limits) {
    this.#crew = crew;
    this.#limits = limits;
    this.#line = this.#waitingLine();
  }

  async submit(task: Task, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
    if (this.#isClosed) throw new ClosedError("The pool was closed.");
    this.#crew.refuseUnlessKnown(task.kind);
    const { inFlightMax, queueLengthMax } = this.#limits;
    if (this.#unfinished.size >= inFlightMax + queueLengthMax) {
      throw new OverloadedError(`${this.#unfinished.size} tasks wait or are in flight.`);
    }
    this.#counts.submitted++;
    return new Promise((resolve, reject: (error: Error) => void) => {
      const job = new PooledJob(task, signal, {
        resolve: (value) => {
          this.#counts.succeeded++;
          resolve(value);
        },
        reject: (error) => {
          this.#counts.failed++;
          // What a handler throws is passed on as it is.
          reject(error as Error);
        },
        ended: () => this.#end(job),
        aborted: () => this.#leaveQueue(job),
      });
      this.#unfinished.add(job);
      this.#waiting.add(job);
      job.heedSignal();
      this.#crew.work(this.#line);
    });
  }

  drain(): Promise<void> {
    if (this.#unfinished.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drains.add({ left: new Set(this.#unfinished), resolve });
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

  #waitingLine(): Waiting {
    const slots = (): number =>
      this.#limits.inFlightMax - (this.#unfinished.size - this.#waiting.size);
    const waiting = this.#waiting;
    return {
      get count() {
        return Math.min(waiting.size, slots());
      },
      take() {
        const [first] = waiting;
        if (first === undefined || slots() <= 0) return undefined;
        waiting.delete(first);
        return first;
      },
    };
  }

  #leaveQueue(job: PooledJob): void {
    if (this.#waiting.delete(job)) job.end();
  }

  #end(job: PooledJob): void {
    this.#unfinished.delete(job);
    for (const drain of this.#drains) {
      drain.left.delete(job);
      if (drain.left.size > 0) continue;
      this.#drains.delete(drain);
      drain.resolve();
    }
    this.#crew.work(this.#line);
  }
}

/** What becomes of a job, for its pool. */
interface JobEvents {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  ended(): void;
  aborted(): void;
}

class PooledJob implements Job {
  readonly task: Task;
  readonly signal: AbortSignal | undefined;
  readonly #events: JobEvents;
  #isSettled = false;
  #hasEnded = false;

  constructor(task: Task, signal: AbortSignal | undefined, events: JobEvents) {
    this.task = task;
    this.signal = signal;
    this.#events = events;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  heedSignal(): void {
    if (this.signal?.aborted === true) this.#abort();
    else this.signal?.addEventListener("abort", this.#abort);
  }

  resolve(value: unknown): void {
    this.#settle(() => this.#events.resolve(value));
  }

  reject(error: unknown): void {
    this.#settle(() => this.#events.reject(error));
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#events.ended();
  }

  readonly #abort = (): void => {
    this.reject(new AbortedError("The task was called off."));
    this.#events.aborted();
  };

  /** Only the first answer counts. */
  #settle(answer: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.signal?.removeEventListener("abort", this.#abort);
    answer();
  }
}

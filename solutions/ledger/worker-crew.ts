/**
 * Tasks on workers: for work that computes. Workers are started when there is something to do and kept.
 *
 *   worker   up to `tasksPerWorkerMax` jobs, posted in messages of one or more
 *   dies     its jobs begin once more, before all others; a job that is lost twice is given up
 *   hangs    n jobs and no answer for n × `taskMsMax`: terminated, and then as above
 *
 * A message to another thread costs about as much as a task of 20 µs. So short tasks travel together, as many
 * as take `messageMs` by what was measured last, and long ones alone; and while a worker computes one
 * message the next one is with it already. All of that ends where tasks are few: then they are spread.
 */
import { WorkerLostError } from "#platform/errors.ts";
import type { TaskError, TaskOutcome, TaskWorker } from "#platform/workers.ts";
import type { WorkerPlace } from "./arguments.ts";
import type { Crew, Job, Waiting } from "./pool.ts";

/** How long a message should keep a worker busy. */
const messageMs = 2;

/** A worker has one message at hand while it computes another. */
const messagesPerWorkerMax = 2;

/**
 * How much of a longer time is taken over at once: the rest is what was known before. A shorter one is believed
 * as it is, since whatever else wants the processor makes times longer and never shorter.
 */
const longerShare = 0.125;

/** The clock cannot be told to forget a sleeper, so none sleeps for longer than this. */
const watchMsMax = 1000;

const lossesMax = 2;

export class WorkerCrew implements Crew {
  readonly #place: WorkerPlace;
  readonly #mates = new Set<Mate>();
  /** Lost once, to begin before those that wait. */
  readonly #again: Job[] = [];
  readonly #losses = new WeakMap<Job, number>();
  #waiting: Waiting = { count: 0, take: () => undefined };
  /** How long a task takes, as far as is known. */
  #taskMs = Number.POSITIVE_INFINITY;
  #isWatching = false;
  /** While answers are given out nothing is posted: all slots that they free make one message. */
  #isAnswering = false;

  constructor(place: WorkerPlace) {
    this.#place = place;
  }

  refuseUnlessKnown(): void {
    // Which kinds there are is known on the other side only.
  }

  work(waiting: Waiting): void {
    this.#waiting = waiting;
    if (this.#isAnswering) return;
    while (this.#todo > 0) {
      const mate = this.#mateWithRoom();
      if (mate === undefined) return;
      this.#post(mate, this.#takeFor(mate));
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#mates].map((mate) => mate.worker.terminate()));
  }

  get #todo(): number {
    return this.#again.length + Math.max(0, this.#waiting.count);
  }

  // ── Giving work ─────────────────────────────────────────────────────────────────────────────

  /** The one with the least to do; a new one, if that has something to do and there may be more. */
  #mateWithRoom(): Mate | undefined {
    const length = this.#messageLength();
    let best: Mate | undefined;
    for (const mate of this.#mates) {
      if (!mate.hasRoom(length, this.#place.tasksPerWorkerMax)) continue;
      if (best === undefined || mate.jobCount < best.jobCount) best = mate;
    }
    const isIdle = best?.jobCount === 0;
    return isIdle || this.#mates.size >= this.#place.workerCount ? best : this.#startMate();
  }

  #startMate(): Mate {
    const mate = new Mate(this.#place.workers.start());
    this.#mates.add(mate);
    mate.worker.onMessage((outcomes) => this.#answer(mate, outcomes));
    mate.worker.onExit((cause) => this.#lose(mate, cause));
    return mate;
  }

  /** As many tasks as keep a worker busy for long enough; half of what it may have, at most. */
  #messageLength(): number {
    const half = Math.floor(this.#place.tasksPerWorkerMax / messagesPerWorkerMax);
    return Math.max(1, Math.min(half, Math.floor(messageMs / this.#taskMs)));
  }

  /** Jobs for one message, but none that another worker could do meanwhile. */
  #takeFor(mate: Mate): Job[] {
    const { workerCount, tasksPerWorkerMax } = this.#place;
    const room = tasksPerWorkerMax - mate.jobCount;
    const share = Math.ceil(this.#todo / workerCount);
    const length = Math.min(this.#messageLength(), room, share);
    const jobs: Job[] = [];
    while (jobs.length < length) {
      const job = this.#again.shift() ?? this.#waiting.take();
      if (job === undefined) break;
      // Called off since it was lost: it never begins again.
      if (job.isSettled) job.end();
      else jobs.push(job);
    }
    return jobs;
  }

  #post(mate: Mate, jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    try {
      mate.post(jobs, this.#place.clock.now());
      void this.#watch();
    } catch (error) {
      // One that cannot travel keeps its whole message from being sent: find it.
      if (jobs.length > 1) for (const job of jobs) this.#post(mate, [job]);
      else this.#fail(jobs[0], error);
    }
  }

  #fail(job: Job | undefined, error: unknown): void {
    job?.reject(error);
    job?.end();
  }

  // ── What comes back ─────────────────────────────────────────────────────────────────────────

  #answer(mate: Mate, outcomes: readonly TaskOutcome[]): void {
    const { jobs, ms } = mate.answered(this.#place.clock.now());
    this.#measure(ms / jobs.length);
    this.#isAnswering = true;
    for (const [at, job] of jobs.entries()) {
      const outcome = outcomes[at];
      if (outcome?.ok === true) job.resolve(outcome.value);
      else job.reject(errorOf(outcome?.error));
      job.end();
    }
    this.#isAnswering = false;
    this.work(this.#waiting);
  }

  #lose(mate: Mate, cause: Error | undefined): void {
    this.#mates.delete(mate);
    for (const job of mate.jobs()) {
      const losses = (this.#losses.get(job) ?? 0) + 1;
      this.#losses.set(job, losses);
      if (job.isSettled) job.end();
      else if (losses < lossesMax) this.#again.push(job);
      else
        this.#fail(
          job,
          new WorkerLostError(`The task was lost with ${losses} workers.`, { cause }),
        );
    }
    this.work(this.#waiting);
  }

  /** Where the clock sees no time pass, nothing is known, and tasks travel alone. */
  #measure(taskMs: number): void {
    if (!(taskMs > 0)) return;
    if (taskMs < this.#taskMs) this.#taskMs = taskMs;
    else this.#taskMs += longerShare * (taskMs - this.#taskMs);
  }

  // ── Watching ────────────────────────────────────────────────────────────────────────────────

  /** Runs while anybody has work; ends workers that have not answered in time. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const { clock, taskMsMax } = this.#place;
    for (let restMs = this.#restMs(); restMs !== undefined; restMs = this.#restMs()) {
      await clock.sleep(Math.min(restMs, taskMsMax, watchMsMax));
      for (const mate of this.#mates) {
        if (mate.restMs(clock.now(), taskMsMax) <= 0) mate.terminate();
      }
    }
    this.#isWatching = false;
  }

  /** How long until the first of them is late; undefined when none has work. */
  #restMs(): number | undefined {
    const { clock, taskMsMax } = this.#place;
    const rests = [...this.#mates].map((mate) => mate.restMs(clock.now(), taskMsMax));
    const rest = Math.min(...rests);
    return Number.isFinite(rest) ? rest : undefined;
  }
}

/** One worker and what it has been given. */
class Mate {
  readonly worker: TaskWorker;
  /** Messages that were posted and not answered, the oldest first. */
  readonly #messages: (readonly Job[])[] = [];
  jobCount = 0;
  /** When the oldest message came to the head. */
  #since = 0;
  #isTerminated = false;

  constructor(worker: TaskWorker) {
    this.worker = worker;
  }

  /** For a whole message, or for any when it has nothing to do. */
  hasRoom(messageLength: number, tasksMax: number): boolean {
    if (this.#isTerminated) return false;
    if (this.jobCount === 0) return true;
    return (
      this.#messages.length < messagesPerWorkerMax && this.jobCount + messageLength <= tasksMax
    );
  }

  post(jobs: readonly Job[], now: number): void {
    this.worker.post(jobs.map(({ task }) => task));
    if (this.#messages.length === 0) this.#since = now;
    this.#messages.push(jobs);
    this.jobCount += jobs.length;
  }

  /** The jobs of the oldest message, and how long it took. */
  answered(now: number): { jobs: readonly Job[]; ms: number } {
    const jobs = this.#messages.shift() ?? [];
    const ms = now - this.#since;
    this.jobCount -= jobs.length;
    this.#since = now;
    return { jobs, ms };
  }

  jobs(): Job[] {
    return this.#messages.flat();
  }

  /** How much time is left to it; for ever, when it has nothing to do or is being ended. */
  restMs(now: number, taskMsMax: number): number {
    if (this.jobCount === 0 || this.#isTerminated) return Number.POSITIVE_INFINITY;
    return this.#since + this.jobCount * taskMsMax - now;
  }

  terminate(): void {
    this.#isTerminated = true;
    void this.worker.terminate();
  }
}

/** An error of the other side, with what it had. */
function errorOf(told: TaskError | undefined): Error {
  const error = new Error(told?.message);
  if (told !== undefined) Object.assign(error, told);
  return error;
}

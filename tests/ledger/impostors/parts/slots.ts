/** A right pool of its own for tasks in this thread: slots that are counted, and a list of those that wait. */
import { AbortedError, ClosedError, OverloadedError } from "#platform/errors.ts";
import type { Task } from "#platform/workers.ts";
import type { TaskCounts, TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { must, refuseOddPool } from "./checked.ts";

export interface SlotTask {
  readonly task: Task;
  readonly signal: AbortSignal | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  stopListening(): void;
  isSettled: boolean;
  losses: number;
}

export class SlotPool implements TaskPool {
  protected readonly options: TaskPoolOptions;
  protected readonly queue: SlotTask[] = [];
  /** Waiting and in flight. */
  protected readonly unfinished = new Set<SlotTask>();
  protected inFlight = 0;
  protected isClosed = false;
  protected readonly told = { submitted: 0, succeeded: 0, failed: 0 };
  readonly #drains = new Set<{ left: Set<SlotTask>; resolve: () => void }>();
  #closing: Promise<void> | undefined;

  constructor(options: TaskPoolOptions) {
    refuseOddPool(options);
    this.options = options;
  }

  async submit(task: Task, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
    if (this.isClosed) throw new ClosedError("The pool is closed.");
    this.refuseUnknown(task.kind);
    this.refuseOverload();
    this.told.submitted++;
    return new Promise((resolve, reject) => {
      const one: SlotTask = {
        task,
        signal,
        resolve,
        reject,
        stopListening: () => undefined,
        isSettled: false,
        losses: 0,
      };
      this.unfinished.add(one);
      this.queue.push(one);
      this.listen(one);
      this.pump();
    });
  }

  drain(): Promise<void> {
    if (this.unfinished.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drains.add({ left: new Set(this.unfinished), resolve });
    });
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.#closing ??= this.drain().then(() => this.letGo());
    return this.#closing;
  }

  counts(): TaskCounts {
    return { ...this.told };
  }

  protected refuseUnknown(kind: string): void {
    must(Object.hasOwn(this.options.handlers ?? {}, kind), "Expected a kind that has a handler.");
  }

  protected refuseOverload(): void {
    const { inFlightMax, queueLengthMax } = this.options;
    if (this.unfinished.size >= inFlightMax + queueLengthMax)
      throw new OverloadedError("Too many tasks.");
  }

  protected async letGo(): Promise<void> {
    // Nothing is held in this thread.
  }

  protected listen(one: SlotTask): void {
    const { signal } = one;
    if (signal === undefined) return;
    const abort = (): void => this.abort(one);
    signal.addEventListener("abort", abort);
    one.stopListening = () => signal.removeEventListener("abort", abort);
    if (signal.aborted) abort();
  }

  protected abort(one: SlotTask): void {
    this.fail(one, new AbortedError("The task was called off."));
    const at = this.queue.indexOf(one);
    if (at < 0) return;
    this.queue.splice(at, 1);
    this.finish(one);
  }

  protected pump(): void {
    while (this.inFlight < this.options.inFlightMax) {
      const one = this.queue.shift();
      if (one === undefined) return;
      this.inFlight++;
      void this.run(one);
    }
  }

  protected async run(one: SlotTask): Promise<void> {
    const { task, signal } = one;
    try {
      const handler = this.options.handlers?.[task.kind];
      this.succeed(one, await handler?.(task.input, signal === undefined ? {} : { signal }));
    } catch (error) {
      this.fail(one, error);
    }
    this.release(one);
  }

  protected release(one: SlotTask): void {
    this.inFlight--;
    this.finish(one);
    this.pump();
  }

  protected succeed(one: SlotTask, value: unknown): void {
    if (this.settle(one)) {
      this.told.succeeded++;
      one.resolve(value);
    }
  }

  protected fail(one: SlotTask, error: unknown): void {
    if (this.settle(one)) {
      this.told.failed++;
      one.reject(error);
    }
  }

  protected settle(one: SlotTask): boolean {
    if (one.isSettled) return false;
    one.isSettled = true;
    one.stopListening();
    return true;
  }

  /** It neither waits nor is it in flight any more. */
  protected finish(one: SlotTask): void {
    this.unfinished.delete(one);
    for (const drain of this.#drains) {
      drain.left.delete(one);
      if (drain.left.size > 0) continue;
      this.#drains.delete(drain);
      drain.resolve();
    }
  }
}

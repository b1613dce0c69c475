/** Tasks in this thread: for work that waits, such as calls to others. It has as many hands as there are slots. */
import { InvalidArgumentError } from "#platform/errors.ts";
import type { TaskHandler, TaskHandlers } from "#platform/workers.ts";
import type { Crew, Job, Waiting } from "./pool.ts";

export class LocalCrew implements Crew {
  readonly #handlers: TaskHandlers;

  constructor(handlers: TaskHandlers) {
    this.#handlers = handlers;
  }

  refuseUnlessKnown(kind: string): void {
    this.#handlerOf(kind);
  }

  work(waiting: Waiting): void {
    for (let job = waiting.take(); job !== undefined; job = waiting.take()) void this.#run(job);
  }

  async close(): Promise<void> {
    // Nothing is held.
  }

  async #run(job: Job): Promise<void> {
    const { task, signal } = job;
    try {
      const context = signal === undefined ? {} : { signal };
      job.resolve(await this.#handlerOf(task.kind)(task.input, context));
    } catch (error) {
      // Whatever a handler throws is its caller's, an error or not.
      job.reject(error);
    } finally {
      job.end();
    }
  }

  #handlerOf(kind: string): TaskHandler {
    const handler = Object.hasOwn(this.#handlers, kind) ? this.#handlers[kind] : undefined;
    if (typeof handler === "function") return handler;
    throw new InvalidArgumentError(`Expected a kind that has a handler, got ${kind}.`);
  }
}

/**
 * Threads as a pool sees them: an injected port that starts workers, hands them tasks, and ends them.
 *
 * A function cannot travel to another thread. So a task is data, a *kind* and an *input*, and the code of
 * each kind is with the workers already: a record of pure functions, by name.
 *
 *     post([{ kind, input }, …]) ──► worker: handlers[kind](input), one after the other ──► [outcome, …]
 *
 * Inputs and results are cloned on their way, as `structuredClone` does it: what arrives is a copy.
 */

/** A piece of work that can travel. */
export interface Task {
  readonly kind: string;
  readonly input: unknown;
}

/**
 * The code of each kind. A handler is pure: it answers from its input alone, so it does no harm to run
 * it twice. It may answer with a promise.
 */
export type TaskHandlers = Readonly<Record<string, TaskHandler>>;

/** `signal` belongs to whoever handed the task in; on a worker there is none. */
export type TaskHandler = (input: unknown, context: { readonly signal?: AbortSignal }) => unknown;

/** How a task ended on a worker. */
export type TaskOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: TaskError };

/** What is left of an error that was thrown on another thread. */
export interface TaskError {
  readonly name: string;
  readonly message: string;
  /** The literal code, if it had one. `NOT_CLONEABLE`: the result could not travel back. `INVALID_ARGUMENT`: no such kind. */
  readonly code?: string;
}

export interface Workers {
  /**
   * Starts a worker. Tasks may be posted at once; they wait until it is up. A worker that cannot be
   * started exits.
   */
  start(): TaskWorker;
}

export interface TaskWorker {
  /**
   * Hands tasks over, at least one. They are carried out one after the other, behind those posted before,
   * and answered in one message. Throws `NOT_CLONEABLE`, having sent nothing, when an input cannot be cloned.
   * After the exit it does nothing: nobody will answer.
   */
  post(tasks: readonly Task[]): void;

  /** Called with the outcomes of each `post`, as many as it had tasks, in their order. One listener at a time. */
  onMessage(listener: (outcomes: readonly TaskOutcome[]) => void): void;

  /**
   * Called once, when the worker is gone: it died, or it was terminated. No message comes after it, and
   * what had been posted and not been answered never will be. `cause` is the error it died of, if it is
   * known. One listener at a time.
   */
  onExit(listener: (cause?: Error) => void): void;

  /** Ends the worker, in the middle of a task if need be; until it is gone a message may still come.
   * Resolves when it is gone. Twice is no error. */
  terminate(): Promise<void>;
}

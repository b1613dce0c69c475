/**
 * The errors of every kata, grouped by whose fault they are.
 *
 * An error is recognised by its literal `code`, never by its class: a store may throw these
 * classes or any other error object that carries the same code.
 */

// ── The caller's mistake ──────────────────────────────────────────────────────────────────────

/** An argument is not what the contract asks for. The call has had no effect. */
export class InvalidArgumentError extends Error {
  override readonly name = "InvalidArgumentError";
  readonly code = "INVALID_ARGUMENT";
}

/** The thing was closed before the call. The call has had no effect. */
export class ClosedError extends Error {
  override readonly name = "ClosedError";
  readonly code = "CLOSED";
}

/** Something in a message cannot travel to another thread. Nothing was sent. */
export class NotCloneableError extends Error {
  override readonly name = "NotCloneableError";
  readonly code = "NOT_CLONEABLE";
}

// ── The caller's wish ─────────────────────────────────────────────────────────────────────────

/** The caller called it off in time. The call has had no effect. */
export class AbortedError extends Error {
  override readonly name = "AbortedError";
  readonly code = "ABORTED";
}

// ── The caller may try again ──────────────────────────────────────────────────────────────────

/** Too many calls wait already. The call has had no effect. */
export class OverloadedError extends Error {
  override readonly name = "OverloadedError";
  readonly code = "OVERLOADED";
}

/** Another transaction touched the same thing. Nothing of this one is left; the same work may succeed later. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
  readonly code = "CONFLICT";
}

/** The thing was given a time to live, and that time is over. Nothing of it is left. */
export class ExpiredError extends Error {
  override readonly name = "ExpiredError";
  readonly code = "EXPIRED";
}

/** Someone else holds the directory. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  readonly code = "LOCKED";
}

// ── The world's fault ─────────────────────────────────────────────────────────────────────────

/** The disk refused or failed; `cause` says how. Whether the call had an effect is not known. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code = "STORAGE";
}

/** The disk has no room left. A beginning of the bytes may have been written. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
  readonly code = "DISK_FULL";
}

/** The service asks for fewer calls. The call has had no effect; the same call may succeed after a pause. */
export class ThrottledError extends Error {
  override readonly name = "ThrottledError";
  readonly code = "THROTTLED";
}

/** No answer came in time. Whether the call had an effect is not known. */
export class TimedOutError extends Error {
  override readonly name = "TimedOutError";
  readonly code = "TIMED_OUT";
}

/** The name is taken. The call has had no effect. */
export class AlreadyExistsError extends Error {
  override readonly name = "AlreadyExistsError";
  readonly code = "ALREADY_EXISTS";
}

/** The worker that had the task died, or was ended because it did not answer. */
export class WorkerLostError extends Error {
  override readonly name = "WorkerLostError";
  readonly code = "WORKER_LOST";
}

/** There is no file or object of that name. */
export class NotFoundError extends Error {
  override readonly name = "NotFoundError";
  readonly code = "NOT_FOUND";
}

/** Bytes that were durable have changed. Names the file and where in it the damage begins. */
export class CorruptionError extends Error {
  override readonly name = "CorruptionError";
  readonly code = "CORRUPTION";
  readonly file: string;
  readonly offset: number;

  constructor(file: string, offset: number, what: string, options?: ErrorOptions) {
    super(`${file} is damaged at byte ${offset}: ${what}.`, options);
    this.file = file;
    this.offset = offset;
  }
}

// ── Not written yet ───────────────────────────────────────────────────────────────────────────

/** Thrown by the starters. Within the declared level it counts as a broken promise. */
export class NotImplementedError extends Error {
  override readonly name = "NotImplementedError";
  readonly code = "NOT_IMPLEMENTED";
}

/** The code of an error, or undefined when the value carries none. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

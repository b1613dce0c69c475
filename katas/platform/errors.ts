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

/** There is no file of that name. */
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

/**
 * The first failure of a write, a flush or a merge. From then on nothing is written until the next open:
 * nobody knows what of the failed call is on the disk, and a call that succeeded now would not tell.
 * Reads go on.
 */
import { errorCode, StorageError } from "#platform/errors.ts";

export class Failure {
  #error: Error | undefined;
  readonly #listeners: ((error: Error) => void)[] = [];

  /** Undefined as long as nothing has failed. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Called once, with the first failure: for those who have to tell somebody who waits. */
  onFailure(listener: (error: Error) => void): void {
    this.#listeners.push(listener);
  }

  /** Remembers a failure unless it is a later one, and answers what to tell everybody. */
  note(cause: unknown): Error {
    if (this.#error !== undefined) return this.#error;
    const error =
      errorCode(cause) === "CORRUPTION"
        ? (cause as Error)
        : new StorageError("The disk failed; open the tree again to go on.", { cause });
    this.#error = error;
    for (const listener of this.#listeners) listener(error);
    return error;
  }

  throwIfAny(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}

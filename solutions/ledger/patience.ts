/**
 * How often one call of a client tries again, how long it waits before, and when it stops.
 *
 * Whatever goes wrong counts towards one limit: a lost race, a refusal, a lost answer. Pauses grow and are
 * drawn at random: committers that lost to each other would otherwise meet again, all of them, at the
 * same moment.
 */
import type { Clock } from "#platform/clock.ts";
import { AbortedError } from "#platform/errors.ts";
import type { Random } from "#platform/random.ts";

export interface PatienceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly attemptsMax: number;
}

const pauseMsFirst = 20;
const pauseMsMax = 2000;

export class Patience {
  readonly #options: PatienceOptions;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;

  constructor(options: PatienceOptions, signal?: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** One more thing went wrong. Throws its error when that was the last one allowed. */
  count(error: Error): void {
    this.#failures++;
    if (this.#failures >= this.#options.attemptsMax) throw error;
  }

  /** Waits between 1 ms and a limit that doubles each time. Rejects with `ABORTED`, and then at once. */
  async pause(): Promise<void> {
    const { clock, random } = this.#options;
    const limit = Math.min(pauseMsMax, pauseMsFirst * 2 ** this.#failures);
    await this.unlessAborted(clock.sleep(1 + random.below(limit)));
  }

  /** What the promise resolves with, but `ABORTED` if that comes first. */
  unlessAborted<Value>(promise: Promise<Value>): Promise<Value> {
    return unlessAborted(promise, this.#signal);
  }

  throwIfAborted(): void {
    if (this.#signal?.aborted === true) throw abortedError();
  }
}

/** A promise that loses is still heard, so that its rejection is nobody's surprise. */
export function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortedError());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

export function abortedError(): AbortedError {
  return new AbortedError("It was called off.");
}

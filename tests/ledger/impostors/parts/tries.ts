/** How often one call tries again, and how it waits. Counts whatever goes wrong; pauses double, at random. */
import type { Clock } from "#platform/clock.ts";
import { AbortedError } from "#platform/errors.ts";
import type { Random } from "#platform/random.ts";

export interface TriesOptions {
  clock: Clock;
  random: Random;
  attemptsMax: number;
  signal: AbortSignal | undefined;
}

export class Tries {
  failures = 0;
  readonly options: TriesOptions;

  constructor(options: TriesOptions) {
    this.options = options;
  }

  failed(error: unknown): void {
    this.failures++;
    if (this.failures >= this.options.attemptsMax) throw error;
  }

  pause(): Promise<void> {
    const { clock, random, signal } = this.options;
    const limit = Math.min(4000, 16 * 2 ** this.failures);
    return heeding(clock.sleep(1 + random.below(limit)), signal);
  }

  refuseIfAborted(): void {
    if (this.options.signal?.aborted === true) throw new AbortedError("The commit was called off.");
  }
}

export async function heeding<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  promise.catch(() => undefined);
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(new AbortedError("It was called off."));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    stop = () => signal.removeEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}

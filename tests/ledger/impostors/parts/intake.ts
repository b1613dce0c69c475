/** Reads a source ahead, and hands it over in chunks. */
import type { Clock } from "#platform/clock.ts";
import type { Candidate } from "#katas/ledger/contract.ts";
import { heeding } from "./tries.ts";

export const chunkMax = 200;

export class Intake {
  protected read: Candidate[] = [];
  protected firstAt = 0;
  protected hasEnded = false;
  protected error: { thrown: unknown } | undefined;
  protected readonly clock: Clock;
  readonly #iterator: AsyncIterator<Candidate>;
  #news: () => void = () => undefined;
  #room: () => void = () => undefined;

  constructor(candidates: AsyncIterable<Candidate>, clock: Clock) {
    this.clock = clock;
    this.#iterator = candidates[Symbol.asyncIterator]();
    void this.#pump();
  }

  /** A chunk that is full, or old enough, or the last one; none when the source has ended. */
  async next(waitMs: number | undefined, signal: AbortSignal | undefined): Promise<Candidate[]> {
    let sleeping: Promise<unknown> | undefined;
    while (!this.hasEnded && this.read.length < chunkMax) {
      const news = this.news();
      if (waitMs === undefined || this.read.length === 0) {
        await heeding(news, signal);
        continue;
      }
      const restMs = this.firstAt + waitMs - this.clock.now();
      if (restMs <= 0) break;
      sleeping ??= this.clock.sleep(restMs).then(() => (sleeping = undefined));
      await heeding(Promise.race([news, sleeping]), signal);
    }
    await heeding(Promise.resolve(), signal);
    const chunk = this.read;
    if (chunk.length === 0 && this.error !== undefined) throw this.error.thrown;
    this.read = [];
    this.#room();
    return chunk;
  }

  stop(): void {
    this.hasEnded = true;
    this.#room();
    this.#iterator.return?.().then(undefined, () => undefined);
  }

  protected news(): Promise<void> {
    return new Promise((resolve) => (this.#news = resolve));
  }

  async #pump(): Promise<void> {
    try {
      while (!this.hasEnded) {
        const { done, value } = await this.#iterator.next();
        if (done === true) break;
        if (this.read.length === 0) this.firstAt = this.clock.now();
        this.read.push(value);
        this.#news();
        if (this.read.length >= chunkMax)
          await new Promise<void>((resolve) => (this.#room = resolve));
      }
    } catch (thrown) {
      this.error = { thrown };
    }
    this.hasEnded = true;
    this.#news();
  }
}

/**
 * What a reader has handed over and nobody has committed yet. Reads ahead on its own, up to a limit, so that
 * whoever commits never waits for a reader that has nothing to say.
 */
import type { Clock } from "#platform/clock.ts";
import type { Candidate, TransactionReader } from "#katas/ledger/contract.ts";

export class Feed {
  readonly #lengthMax: number;
  readonly #clock: Clock;
  readonly #iterator: AsyncIterator<Candidate>;
  #waiting: { candidate: Candidate; readAt: number }[] = [];
  #hasEnded = false;
  #error: unknown;
  #hasFailed = false;
  /** Called when there is more to see, and when there is room again. */
  #onNews: () => void = () => undefined;
  #onRoom: () => void = () => undefined;

  constructor(
    reader: TransactionReader,
    from: number,
    { lengthMax, clock }: { lengthMax: number; clock: Clock },
  ) {
    this.#lengthMax = lengthMax;
    this.#clock = clock;
    this.#iterator = reader.read(from)[Symbol.asyncIterator]();
    void this.#readAhead();
  }

  /** Nothing more will come, and this is what is left. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#lengthMax;
  }

  /** When the first of those that wait was read; undefined when none does. */
  get waitsSince(): number | undefined {
    return this.#waiting[0]?.readAt;
  }

  /** Takes all that wait. Throws the reader's error once everything before it has been taken. */
  take(): Candidate[] {
    const taken = this.#waiting.map(({ candidate }) => candidate);
    if (taken.length === 0 && this.#hasFailed) throw this.#error;
    this.#waiting = [];
    this.#onRoom();
    return taken;
  }

  /** Resolves at the next arrival or at the end. */
  news(): Promise<void> {
    return new Promise((resolve) => (this.#onNews = resolve));
  }

  /** Reads no further. A reader that never answers is not waited for. */
  stop(): void {
    this.#hasEnded = true;
    this.#onRoom();
    this.#iterator.return?.().then(undefined, () => undefined);
  }

  async #readAhead(): Promise<void> {
    try {
      while (!this.#hasEnded) {
        const step = await this.#iterator.next();
        if (step.done === true) break;
        this.#waiting.push({ candidate: step.value, readAt: this.#clock.now() });
        this.#onNews();
        if (this.isFull) await new Promise<void>((resolve) => (this.#onRoom = resolve));
      }
    } catch (error) {
      this.#error = error;
      this.#hasFailed = true;
    }
    this.#hasEnded = true;
    this.#onNews();
  }
}

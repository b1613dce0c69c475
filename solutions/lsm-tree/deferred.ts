/** A promise that somebody else settles. */
export class Deferred {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(): void {
    this.#resolve();
  }

  reject(error: Error): void {
    this.#reject(error);
  }
}

/** Counts what is under way, for those who wait until it is not. */
export class UnderWay {
  #count = 0;
  #ended: Deferred | undefined;

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    this.#ended?.resolve();
    this.#ended = undefined;
  }

  /** Counts a call until it has settled. */
  async during<Answer>(call: Promise<Answer>): Promise<Answer> {
    this.begin();
    try {
      return await call;
    } finally {
      this.end();
    }
  }

  /** Resolves when nothing is under way. */
  async none(): Promise<void> {
    while (this.#count > 0) {
      this.#ended ??= new Deferred();
      await this.#ended.promise;
    }
  }
}

/**
 * One clock for all threads of a life: every tick is given out once, so calls and answers of all clients
 * have one order, and an answer that was seen before a call was made has the smaller tick.
 */
export class SharedClock {
  readonly memory: SharedArrayBuffer;
  readonly #ticks: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#ticks = new Int32Array(memory);
  }

  static startingAt(firstTick: number): SharedClock {
    const clock = new SharedClock(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    clock.set(firstTick);
    return clock;
  }

  /** Before anybody asks it for a tick. */
  set(firstTick: number): void {
    Atomics.store(this.#ticks, 0, firstTick);
  }

  tick(): number {
    return Atomics.add(this.#ticks, 0, 1);
  }
}

/**
 * A clock that stands still until a test moves it.
 *
 * Sleepers wake in the order of their times, those of one moment in the order in which they fell asleep,
 * and each finds the clock at its own time. Before the next one wakes, everything that the last one
 * set off has run, so code that sleeps again and again is woken as often as a real clock would.
 */
import type { Clock } from "../clock.ts";
import { InvalidArgumentError } from "../errors.ts";
import { stillness } from "./gates.ts";

interface Sleeper {
  wakesAt: number;
  wake: () => void;
}

export class ManualClock implements Clock {
  #now = 0;
  /** In the order in which they wake. */
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    if (Number.isNaN(milliseconds)) {
      return Promise.reject(new InvalidArgumentError("Expected milliseconds to sleep, got NaN."));
    }
    return new Promise((wake) => {
      this.#sleepers.push({ wakesAt: this.#now + Math.max(0, milliseconds), wake });
      this.#sleepers.sort((a, b) => a.wakesAt - b.wakesAt);
    });
  }

  /** Moves time forward, wakes whoever is due on the way, and resolves when all of them have gone on. */
  async advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0 && milliseconds < Infinity)) {
      throw new InvalidArgumentError(`Expected milliseconds from 0, got ${milliseconds}.`);
    }
    const until = this.#now + milliseconds;
    // Code that was called just before may not have come to its sleep yet.
    await stillness();
    for (;;) {
      const next = this.#sleepers[0];
      if (next === undefined || next.wakesAt > until) break;
      this.#sleepers.shift();
      this.#now = next.wakesAt;
      next.wake();
      await stillness();
    }
    this.#now = until;
  }

  /** Moves to the time of the next sleeper and wakes it; false when nobody sleeps. */
  wakeNext(): boolean {
    const next = this.#sleepers.shift();
    if (next === undefined) return false;
    this.#now = next.wakesAt;
    next.wake();
    return true;
  }
}

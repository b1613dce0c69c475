/** A hash that does something else when it is called: looks keys up, or throws. */
import type { Hash } from "./hashes.ts";

/** Does what it is told at each call, but never while that is going on. */
export class WilfulHash {
  /** What it does at a call; counted from the last time that this was set. */
  #act: ((call: number) => void) | null = null;
  #calls = 0;
  #isActing = false;
  readonly #hash: Hash;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  set act(act: ((call: number) => void) | null) {
    this.#act = act;
    this.#calls = 0;
  }

  readonly hash: Hash = (text) => {
    if (this.#act !== null && !this.#isActing) {
      this.#isActing = true;
      try {
        this.#act(++this.#calls);
      } finally {
        this.#isActing = false;
      }
    }
    return this.#hash(text);
  };
}

/**
 * All versions of one key, and which of them a snapshot sees.
 *
 *   older                        newest
 *   ├ 4: "red" ┼ 9: deleted ┤    12: "blue"         a reader at 10 finds the delete, at 12 "blue"
 *
 * - A version is the value that the commit of that number gave the key. `undefined`, which is no value
 *   that anybody can put, stands for a delete.
 * - A reader at snapshot n sees the newest version that is not newer than n.
 *
 * The newest version stands apart, because nearly every reader wants it and nearly every key has no
 * other. The older ones are an array and not a linked list: a reader of the past finds its place by
 * halving, so half a million versions cost it some ten steps more than half a thousand.
 */
import { invariant } from "#platform/invariant.ts";
import { copyOf, isUnchangeable } from "./values.ts";

interface Version {
  readonly number: number;
  readonly value: unknown;
}

export class VersionChain {
  #newestNumber: number;
  #newestValue: unknown;
  /** Kept beside the value: to ask the value itself means to fetch it, and most readers only pass it on. */
  #isNewestUnchangeable: boolean;
  /** Ascending, all below the newest. Undefined when there is none: an array for every key would cost more than the key. */
  #older: Version[] | undefined;

  constructor(number: number, value: unknown) {
    this.#newestNumber = number;
    this.#newestValue = value;
    this.#isNewestUnchangeable = isUnchangeable(value);
  }

  /** The number of the commit that wrote this key last, be it visible yet or not. */
  get newestNumber(): number {
    return this.#newestNumber;
  }

  /** The value at a snapshot; undefined when the key was not there. */
  at(snapshot: number): unknown {
    if (this.#newestNumber <= snapshot) return this.#newestValue;
    if (this.#older === undefined) return undefined;
    return this.#older[lastUpTo(this.#older, snapshot)]?.value;
  }

  /** The same for a caller, who may do with it what he likes. */
  copyAt(snapshot: number): unknown {
    if (this.#newestNumber <= snapshot && this.#isNewestUnchangeable) return this.#newestValue;
    return copyOf(this.at(snapshot));
  }

  push(number: number, value: unknown): void {
    invariant(number > this.#newestNumber, "versions of a key are added in the order of commits");
    this.#older ??= [];
    this.#older.push({ number: this.#newestNumber, value: this.#newestValue });
    this.#newestNumber = number;
    this.#newestValue = value;
    this.#isNewestUnchangeable = isUnchangeable(value);
  }

  /**
   * Drops what no reader at `horizon` or later can see. The newest version at or below the horizon is
   * not among it: it is what a reader at the horizon sees.
   */
  prune(horizon: number): void {
    if (this.#older === undefined) return;
    if (this.#newestNumber <= horizon) this.#older = undefined;
    else this.#older.splice(0, Math.max(0, lastUpTo(this.#older, horizon)));
  }

  /** Whether every reader at `horizon` or later finds that the key is not there. */
  isGone(horizon: number): boolean {
    return this.#newestValue === undefined && this.#newestNumber <= horizon;
  }
}

/** The index of the last version whose number is at most `number`, or −1. */
function lastUpTo(versions: readonly Version[], number: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle] as Version).number <= number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

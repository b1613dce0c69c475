/**
 * The versions of one key that not everybody sees, and which of them a snapshot sees.
 *
 *   settled        chain
 *   4: "red"       ├ 9: deleted ┼ 12: "blue" ┤     a reader at 8 finds "red", at 10 the delete, at 12 "blue"
 *
 * - A version is the value that the commit of that number gave the key. `undefined`, which is no value
 *   that anybody can put, stands for a delete.
 * - A reader at snapshot n sees the newest version that is not newer than n. If the chain has none, it is
 *   what was there before the chain began.
 *
 * An array and not a linked list: a reader of the past finds its place by halving, so half a million
 * versions cost it some ten steps more than half a thousand.
 */
import { invariant } from "#platform/invariant.ts";

export interface Version {
  readonly number: number;
  readonly value: unknown;
}

export class VersionChain {
  /** Ascending by number, never empty. */
  readonly #versions: Version[];

  constructor(first: Version) {
    this.#versions = [first];
  }

  /** The number of the commit that wrote this key last, be it visible yet or not. */
  get newestNumber(): number {
    return this.#versions.at(-1)?.number ?? 0;
  }

  /** The version at a snapshot; undefined when all are newer. */
  at(snapshot: number): Version | undefined {
    return this.#versions[lastUpTo(this.#versions, snapshot)];
  }

  push(version: Version): void {
    invariant(
      version.number > this.newestNumber,
      "versions of a key are added in the order of commits",
    );
    this.#versions.push(version);
  }

  /** Drops all versions up to a number, but not the newest: a chain is never empty. */
  dropUpTo(number: number): void {
    invariant(number < this.newestNumber, "the newest version of a chain goes with the chain");
    this.#versions.splice(0, lastUpTo(this.#versions, number) + 1);
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

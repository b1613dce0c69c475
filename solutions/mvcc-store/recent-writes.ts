/**
 * Which keys were written lately, in the order of commits. Two questions are answered from it:
 *
 *   validation   has anything that I read been written since my snapshot?
 *   garbage      which keys have versions that nobody can see any more?
 *
 *   ├ 8: a ┼ 8: b ┼ 9: a ┼ 11: c ┤
 *   └ horizon 7                      every write above the horizon is here, none below need be
 *
 * Both cost as much as there was written, however much there is in the store.
 */
import { invariant } from "#platform/invariant.ts";

interface RecentWrite {
  readonly number: number;
  readonly key: string;
}

/** Places in front are given back when they are as many as this, and half of all. */
const emptyPlacesMax = 1024;

export class RecentWrites {
  /** Ascending by number from `#first` on; what lies before has been forgotten. */
  readonly #writes: RecentWrite[] = [];
  #first = 0;

  add(number: number, key: string): void {
    invariant(
      number >= (this.#writes.at(-1)?.number ?? 0),
      "writes arrive in the order of commits",
    );
    this.#writes.push({ number, key });
  }

  /** Whether a key for which `isMeant` holds was written by a commit after `number`. */
  someAfter(number: number, isMeant: (key: string) => boolean): boolean {
    // From the end: those after a snapshot are usually few, those before it may be many.
    for (let index = this.#writes.length - 1; index >= this.#first; index -= 1) {
      const write = this.#writes[index] as RecentWrite;
      if (write.number <= number) return false;
      if (isMeant(write.key)) return true;
    }
    return false;
  }

  /** Forgets the writes up to the horizon and hands their keys to `visit`. */
  forgetUpTo(horizon: number, visit: (key: string) => void): void {
    if (this.#writes.length === 0) return;
    for (; this.#first < this.#writes.length; this.#first += 1) {
      const write = this.#writes[this.#first] as RecentWrite;
      if (write.number > horizon) break;
      visit(write.key);
    }
    const isWorthIt = this.#first >= emptyPlacesMax && this.#first * 2 >= this.#writes.length;
    if (!isWorthIt && this.#first < this.#writes.length) return;
    this.#writes.splice(0, this.#first);
    this.#first = 0;
  }
}

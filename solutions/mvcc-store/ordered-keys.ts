/**
 * A set of keys in ascending order, for ranges that sort nothing.
 *
 *   leaves   ├ a b c ┤ ├ f g ┤ ├ k m n p ┤        none is empty; each ends before the next begins
 *
 * A B+ tree of two floors. A key is found by halving twice, once among the leaves and once within
 * one. An insertion moves at most a leaf's worth of keys, and now and then one leaf becomes two;
 * a single sorted array would move half of all keys each time.
 */

/** Small enough to be moved at once, large enough that a million keys make no more than some thousand leaves. */
const leafKeysMax = 512;

export class OrderedKeys {
  readonly #leaves: string[][] = [];

  /** Adds a key that is not there. */
  add(key: string): void {
    const leafIndex = Math.max(0, this.#leafOf(key));
    const leaf = this.#leaves[leafIndex];
    if (leaf === undefined) {
      this.#leaves.push([key]);
      return;
    }
    leaf.splice(firstFrom(leaf, key), 0, key);
    if (leaf.length <= leafKeysMax) return;
    // Keys that arrive in order fill the last leaf only: cut at its end, not in its middle, it stays full.
    const isAscending = leafIndex === this.#leaves.length - 1 && leaf.at(-1) === key;
    this.#leaves.splice(leafIndex + 1, 0, leaf.splice(isAscending ? leafKeysMax : leafKeysMax / 2));
  }

  /** Removes a key that is there. */
  delete(key: string): void {
    const leafIndex = this.#leafOf(key);
    const leaf = this.#leaves[leafIndex];
    if (leaf === undefined) return;
    leaf.splice(firstFrom(leaf, key), 1);
    if (leaf.length === 0) this.#leaves.splice(leafIndex, 1);
  }

  /** Hands the keys from `start` up to, not including, `end` to `visit`; undefined is no bound. */
  forEachBetween(
    start: string | undefined,
    end: string | undefined,
    visit: (key: string) => void,
  ): void {
    const firstLeaf = start === undefined ? 0 : Math.max(0, this.#leafOf(start));
    for (let leafIndex = firstLeaf; leafIndex < this.#leaves.length; leafIndex += 1) {
      const leaf = this.#leaves[leafIndex] as string[];
      const isStartLeaf = leafIndex === firstLeaf && start !== undefined;
      for (let index = isStartLeaf ? firstFrom(leaf, start) : 0; index < leaf.length; index += 1) {
        const key = leaf[index] as string;
        if (end !== undefined && key >= end) return;
        visit(key);
      }
    }
  }

  /** The index of the last leaf that begins at or before a key, or −1. */
  #leafOf(key: string): number {
    let low = 0;
    let high = this.#leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#leaves[middle]?.[0] as string) <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The index of the first key of a leaf that is not before `key`. */
function firstFrom(leaf: readonly string[], key: string): number {
  let low = 0;
  let high = leaf.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((leaf[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

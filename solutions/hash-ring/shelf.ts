/**
 * What one node carries: its keys, the lightest first, and the sum of their loads.
 * Equally heavy keys stand in the order of their names, so that each has exactly one place.
 */

interface Loaded {
  readonly key: string;
  readonly load: number;
}

export class Shelf<Item extends Loaded> {
  readonly #items: Item[] = [];
  #load = 0;

  /** The loads of all keys. */
  get load(): number {
    return this.#load;
  }

  get lightest(): Item | undefined {
    return this.#items[0];
  }

  get loadWithoutHeaviest(): number {
    return this.#load - (this.#items.at(-1)?.load ?? 0);
  }

  insert(item: Item): void {
    this.#items.splice(this.#indexOf(item), 0, item);
    this.#load += item.load;
  }

  /** Takes out an item that is here, with the load that it came with. */
  delete(item: Item): void {
    this.#items.splice(this.#indexOf(item), 1);
    this.#load -= item.load;
  }

  /** How many items stand before the place of this one. */
  #indexOf(item: Item): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (standsBefore(this.#items[middle] as Item, item)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function standsBefore(one: Loaded, other: Loaded): boolean {
  return one.load < other.load || (one.load === other.load && one.key < other.key);
}

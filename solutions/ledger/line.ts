/**
 * A queue that one may step out of. A `Set` would do both, but its first element is found by walking past all
 * that have left: with ten thousand in the line, that is most of the work.
 */
export class Line<Item> {
  /** In order of arrival; some of them have stepped out. */
  #items: Item[] = [];
  /** Everything before it has been taken. */
  #head = 0;
  readonly #present = new Set<Item>();

  get length(): number {
    return this.#present.size;
  }

  join(item: Item): void {
    this.#items.push(item);
    this.#present.add(item);
  }

  /** Whether it was there. */
  leave(item: Item): boolean {
    return this.#present.delete(item);
  }

  takeFirst(): Item | undefined {
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head++];
      this.#forgetTaken();
      if (item !== undefined && this.#present.delete(item)) return item;
    }
    return undefined;
  }

  /** Whenever they are half of all, so that each is moved once on average. */
  #forgetTaken(): void {
    if (this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}

/**
 * A queue that one may step out of, wherever one stands. Whoever stands in it knows its neighbours, so there is
 * nothing to look up and nothing to clear away: joining, leaving and taking the first cost the same with ten
 * thousand in the line as with one.
 *
 *   first ⇄ … ⇄ ahead ⇄ item ⇄ behind ⇄ … ⇄ last
 */
export interface InLine<Item> {
  isInLine: boolean;
  ahead: Item | undefined;
  behind: Item | undefined;
}

export class Line<Item extends InLine<Item>> {
  #first: Item | undefined;
  #last: Item | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  join(item: Item): void {
    item.isInLine = true;
    item.ahead = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.behind = item;
    this.#last = item;
    this.#length++;
  }

  /** Whether it was there. */
  leave(item: Item): boolean {
    if (!item.isInLine) return false;
    const { ahead, behind } = item;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    item.isInLine = false;
    item.ahead = undefined;
    item.behind = undefined;
    this.#length--;
    return true;
  }

  takeFirst(): Item | undefined {
    const first = this.#first;
    if (first !== undefined) this.leave(first);
    return first;
  }
}

/**
 * Several sorted runs as one: the entries of all cursors in ascending order, each key once, from the
 * newest run that holds it. Tombstones are entries like any other here.
 *
 * Like a cursor it moves without waiting within what has been read.
 */
import type { Cursor } from "./cursor.ts";

export class Merge {
  /** From the newest run to the oldest; those at their end are gone. */
  #cursors: Cursor[];
  /** Those that have to be read before the next entry is known. */
  #unread: Cursor[];
  /** The cursor with the smallest key; undefined at the end. */
  #current: Cursor | undefined;
  /** Older cursors with the same key. Usually there are none. */
  #hidden: Cursor[] = [];
  /** The cursor with the next larger key: up to there the current one goes on alone. */
  #rival: Cursor | undefined;

  /** The cursors from the newest run to the oldest. None has been read yet. */
  constructor(cursors: readonly Cursor[]) {
    this.#cursors = [...cursors];
    this.#unread = [...cursors];
  }

  /** The cursor that stands on the current entry, or undefined at the end. */
  get current(): Cursor | undefined {
    return this.#current;
  }

  /** Moves to the next entry, or to the end, if it has been read; false when it has not. */
  step(): boolean {
    if (this.#unread.length > 0) return false;
    const current = this.#current;
    if (current === undefined) return true;
    for (const hidden of this.#hidden) if (!hidden.step()) this.#unread.push(hidden);
    if (!current.step()) this.#unread.push(current);
    if (this.#unread.length > 0) return false;
    const isStillSmallest =
      this.#hidden.length === 0 &&
      (this.#rival === undefined || current.compareKey(this.#rival) < 0);
    if (!isStillSmallest) this.#choose();
    return true;
  }

  /** Moves to the next entry, or to the end, after reading it. */
  async load(): Promise<void> {
    const unread = this.#unread;
    await Promise.all(unread.map((cursor) => cursor.load()));
    this.#unread = [];
    if (unread.some((cursor) => cursor.isAtEnd)) {
      this.#cursors = this.#cursors.filter((cursor) => !cursor.isAtEnd);
    }
    this.#choose();
  }

  #choose(): void {
    let current: Cursor | undefined;
    let rival: Cursor | undefined;
    this.#hidden = [];
    for (const cursor of this.#cursors) {
      const order = current === undefined ? -1 : cursor.compareKey(current);
      if (order < 0) {
        // Those that were hidden by the former smallest have its key: one rival speaks for all.
        rival = current;
        current = cursor;
        this.#hidden = [];
      } else if (order === 0) {
        this.#hidden.push(cursor);
      } else if (rival === undefined || cursor.compareKey(rival) < 0) {
        rival = cursor;
      }
    }
    this.#current = current;
    this.#rival = rival;
  }
}

/**
 * One iteration of a range. Its view is taken at the first `next`: the memtables as they are then, and
 * the version, which is held until the end. Nothing that happens later shows, and nothing that it reads
 * goes away.
 */
import type { Entry } from "#katas/lsm-tree/contract.ts";
import type { Buffer } from "node:buffer";
import { ClosedError } from "#platform/errors.ts";
import { bufferOf } from "./entry.ts";
import type { Merge } from "./merge.ts";

export interface View {
  /** Everything from `start` on, the newest first, tombstones included. */
  readonly merge: Merge;
  /** Called once, at the end. */
  readonly letGo: () => void;
}

export interface Viewer {
  /** Takes a view, in one turn. */
  view(iteration: RangeIteration, start: string | undefined, end: string | undefined): View;
  readonly isClosed: boolean;
  /** Keeps the tree from closing until `reading` has settled. */
  whileReading<Answer>(reading: () => Promise<Answer>): Promise<Answer>;
}

const done: IteratorResult<Entry> = { done: true, value: undefined };

export class RangeIteration implements AsyncIterableIterator<Entry> {
  readonly #viewer: Viewer;
  readonly #start: string | undefined;
  readonly #end: string | undefined;
  readonly #endBytes: Buffer | undefined;
  #view: View | undefined;
  #isOver = false;

  constructor(viewer: Viewer, start: string | undefined, end: string | undefined) {
    this.#viewer = viewer;
    this.#start = start;
    this.#end = end;
    this.#endBytes = end === undefined ? undefined : bufferOf(end);
    this.#isOver = end !== undefined && end <= (start ?? "");
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Answers from what has been read as long as it can: no `await`, and no object but the answer. */
  next(): Promise<IteratorResult<Entry>> {
    if (this.#isOver) return Promise.resolve(done);
    if (this.#viewer.isClosed) return this.#refuse();
    const { merge } = (this.#view ??= this.#viewer.view(this, this.#start, this.#end));
    if (this.#moveOn(merge)) return Promise.resolve(this.#answer(merge));
    return this.#viewer.whileReading(() => this.#readOn(merge));
  }

  return(): Promise<IteratorResult<Entry>> {
    this.leave();
    return Promise.resolve(done);
  }

  /** Ends the iteration and lets its view go. */
  leave(): void {
    this.#isOver = true;
    this.letGo();
  }

  /** Lets the view go without an end: for a tree that closes, whose later reads are refused. */
  letGo(): void {
    this.#view?.letGo();
    this.#view = undefined;
  }

  async #refuse(): Promise<never> {
    this.leave();
    throw new ClosedError("Expected the tree to be open; it was closed.");
  }

  async #readOn(merge: Merge): Promise<IteratorResult<Entry>> {
    try {
      do await merge.load();
      while (merge.current?.isTombstone === true && !this.#moveOn(merge));
      return this.#answer(merge);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /** Moves to the next entry that is no tombstone; false when something has to be read before. */
  #moveOn(merge: Merge): boolean {
    do if (!merge.step()) return false;
    while (merge.current?.isTombstone === true);
    return true;
  }

  #answer({ current }: Merge): IteratorResult<Entry> {
    if (
      current !== undefined &&
      (this.#endBytes === undefined || current.isBefore(this.#endBytes))
    ) {
      return { done: false, value: [current.key(), current.value()] };
    }
    this.leave();
    return done;
  }
}

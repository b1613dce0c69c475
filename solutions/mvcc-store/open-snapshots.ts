/**
 * The snapshots in use, oldest first.
 *
 *   oldest ⇄ … ⇄ youngest         a ring, closed by a node that is no snapshot
 *
 * Snapshots are taken in the order of their numbers, since what is visible only grows, and in the order
 * of time. So one list says which versions are still needed *and* who has been at it for too long, and
 * the answer to both is at its front. Entering and leaving cost a few pointers.
 */

/** Why a transaction is over; undefined while it is not. */
export type Ending = "closed" | "conflict" | "expired";

export class Snapshot {
  /** The last commit that it contains. */
  readonly number: number;
  /** What the clock said at its begin; 0 where nobody ages. */
  readonly begunAtMs: number;
  ending: Ending | undefined;
  /** Neighbours in the ring while it is in use. */
  previous: Snapshot | undefined;
  next: Snapshot | undefined;

  constructor(number: number, begunAtMs: number) {
    this.number = number;
    this.begunAtMs = begunAtMs;
  }
}

export class OpenSnapshots {
  readonly #ring: Snapshot;

  constructor() {
    this.#ring = new Snapshot(0, 0);
    this.#ring.previous = this.#ring;
    this.#ring.next = this.#ring;
  }

  get oldest(): Snapshot | undefined {
    return this.#ring.next === this.#ring ? undefined : this.#ring.next;
  }

  open(number: number, begunAtMs: number): Snapshot {
    const snapshot = new Snapshot(number, begunAtMs);
    snapshot.previous = this.#ring.previous;
    snapshot.next = this.#ring;
    (this.#ring.previous as Snapshot).next = snapshot;
    this.#ring.previous = snapshot;
    return snapshot;
  }

  /** Ends a snapshot that is in use. */
  end(snapshot: Snapshot, ending: Ending): void {
    snapshot.ending = ending;
    (snapshot.previous as Snapshot).next = snapshot.next;
    (snapshot.next as Snapshot).previous = snapshot.previous;
    // A transaction that somebody keeps must not keep its neighbours of then.
    snapshot.previous = undefined;
    snapshot.next = undefined;
  }

  endAll(ending: Ending): void {
    for (let oldest = this.oldest; oldest !== undefined; oldest = this.oldest)
      this.end(oldest, ending);
  }
}

/**
 * All points of all members, in order. A circle never changes: whoever joins or leaves makes the next one.
 *
 *   points      07·oak  19·elm  52·ash  52·oak  80·elm  d1·oak      ascending; names decide a tie
 *   arcs      ───0──┼───1───┼───2───┼───3───┼───4───┼───5──┼──6──▶  around to arc 0
 *   starts    00: 0   40: 2   80: 4   c0: 5                         the first point from there on
 *
 * Arc `i` ends with point `i`, inclusive, and all its keys have one walk: the members in the order in
 * which their points follow, from `i` on and around. Behind the last point lies one arc more, whose
 * walk begins in front again.
 *
 * The arc of a position is found by its upper bits. They name a bucket, `starts` says which point is
 * the first from there on, and since there are more buckets than points, it is mostly that one or the
 * next. A poor hash crowds the points into few buckets: then the way is longer, and ends no differently.
 */
import type { Member } from "./member.ts";

const endOfCircle = 0xffffffff;

export class Circle {
  /** Ascending. The last one is the end of the circle and nobody's: a search ends there at the latest. */
  readonly #positions: Uint32Array;
  /** Whose point it is, for each point. */
  readonly #holders: readonly Member[];
  readonly #starts: Uint32Array;
  /** A position shifted by so many bits is the number of its bucket. */
  readonly #bucketShift: number;

  static readonly empty = new Circle(Uint32Array.of(endOfCircle), []);

  private constructor(positions: Uint32Array, holders: readonly Member[]) {
    this.#positions = positions;
    this.#holders = holders;
    this.#bucketShift = 32 - bucketBitsFor(holders.length);
    this.#starts = startsOf(positions, this.#bucketShift);
  }

  // ── The next circle ─────────────────────────────────────────────────────────────────────────

  /** The circle with the points of a newcomer. Both are in order already, so each is passed only once. */
  with(member: Member, newPositions: Uint32Array): Circle {
    const oldPositions = this.#positions;
    const oldHolders = this.#holders;
    const count = oldHolders.length + newPositions.length;
    const positions = new Uint32Array(count + 1);
    const holders = new Array<Member>(count);
    let old = 0;
    for (let point = 0; point < count; point += 1) {
      const taken = point - old;
      if (taken < newPositions.length && isNext(taken)) {
        positions[point] = at(newPositions, taken);
        holders[point] = member;
      } else {
        positions[point] = at(oldPositions, old);
        holders[point] = oldHolders[old] as Member;
        old += 1;
      }
    }
    positions[count] = endOfCircle;
    return new Circle(positions, holders);

    /** Where points coincide, names decide, so that it does not matter who joined first. */
    function isNext(taken: number): boolean {
      if (old === oldHolders.length) return true;
      const ahead = at(newPositions, taken) - at(oldPositions, old);
      return ahead < 0 || (ahead === 0 && member.node < (oldHolders[old] as Member).node);
    }
  }

  without(member: Member): Circle {
    return new Circle(
      // The end has no holder, and stays.
      this.#positions.filter((_, point) => this.#holders[point] !== member),
      this.#holders.filter((holder) => holder !== member),
    );
  }

  // ── Look up ─────────────────────────────────────────────────────────────────────────────────

  get arcCount(): number {
    return this.#positions.length;
  }

  /** The arc that a position lies in: that of the first point there or behind it. */
  arcAt(position: number): number {
    let point = at(this.#starts, position >>> this.#bucketShift);
    while (at(this.#positions, point) < position) point += 1;
    return point;
  }

  /** All members, in the order in which they take over the keys of an arc. */
  *walk(arc: number): Generator<Member> {
    const met = new Set<Member>();
    for (let step = 0; step < this.#holders.length; step += 1) {
      const holder = this.#holders[(arc + step) % this.#holders.length] as Member;
      if (met.has(holder)) continue;
      met.add(holder);
      yield holder;
    }
  }
}

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

/** Two to four buckets a point, so that few hold more than one. */
function bucketBitsFor(pointCount: number): number {
  return Math.floor(Math.log2(pointCount + 1)) + 2;
}

/** For each bucket the first point that is in it or behind it, be it the end. */
function startsOf(positions: Uint32Array, bucketShift: number): Uint32Array {
  const starts = new Uint32Array(2 ** (32 - bucketShift));
  let bucket = 0;
  for (let point = 0; point < positions.length; point += 1) {
    const bucketOfPoint = at(positions, point) >>> bucketShift;
    for (; bucket <= bucketOfPoint; bucket += 1) starts[bucket] = point;
  }
  return starts;
}

/** The element at an index that is known to be inside. */
function at(numbers: Uint32Array, index: number): number {
  return numbers[index] as number;
}

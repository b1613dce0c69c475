/**
 * Levels 1 and 2 in one file: what fits into the coding phase of an interview.
 *
 *   points   07·oak  19·elm  52·ash  52·oak  80·elm  …     sorted by position; names decide a tie
 *   key      hash 1f ──▶ first point at or behind it: 52·ash ──▶ on from there: ash, oak, elm
 *   label    number ":" node                               read in one way only, whatever the name
 *
 * A join inserts points, a departure removes some, and the others keep their order. So lists of owners
 * gain or lose the node in question, and nothing else happens to them.
 *
 * Left for later: weights (more points), zones (skip nodes on the walk), changes as one, an index of the
 * points instead of a binary search, lists of owners that are kept.
 */
import type { HashRing, HashRingOptions, Owners, RingView } from "#katas/hash-ring/contract.ts";
import { InvalidArgumentError, NotImplementedError } from "#platform/errors.ts";

export const level = 2;

interface Point {
  readonly position: number;
  readonly node: string;
}

export function createHashRing(options: HashRingOptions = {}): HashRing {
  refuseUnless(isObject(options), "Options must be an object.");
  return new Ring(options);
}

class Ring implements HashRing {
  readonly #pointsPerNode: number;
  readonly #replicas: number;
  readonly #hash: (label: string) => number;
  readonly #members = new Set<string>();
  /** Replaced as a whole, in order at any time. */
  #points: readonly Point[] = [];

  constructor({ pointsPerNode = 128, replicas = 3, hash = hashText }: HashRingOptions) {
    refuseUnless(isWhole(pointsPerNode, 65_536), "`pointsPerNode` must be 1–65536.");
    refuseUnless(isWhole(replicas, Number.MAX_SAFE_INTEGER), "`replicas` must be a whole number.");
    refuseUnless(typeof hash === "function", "`hash` must be a function.");
    this.#pointsPerNode = pointsPerNode;
    this.#replicas = replicas;
    this.#hash = hash;
  }

  add(node: string): boolean {
    refuseUnless(typeof node === "string" && node !== "", "A node must be a text, not empty.");
    if (this.#members.has(node)) return false;
    const points = [...this.#points];
    for (let number = 0; number < this.#pointsPerNode; number += 1)
      points.push({ position: this.#hash(`${number}:${node}`), node });
    this.#points = points.sort(byPositionThenName);
    this.#members.add(node);
    return true;
  }

  remove(node: string): boolean {
    refuseUnless(typeof node === "string" && node !== "", "A node must be a text, not empty.");
    this.#points = this.#points.filter((point) => point.node !== node);
    return this.#members.delete(node);
  }

  get(key: string): Owners {
    refuseUnless(typeof key === "string", "A key must be a text.");
    const nodes = new Set<string>();
    const count = Math.min(this.#replicas, this.#members.size);
    // Every member has a point, so one round finds as many as there are.
    for (let index = this.#firstPointFrom(this.#hash(key)); nodes.size < count; index += 1)
      nodes.add((this.#points[index % this.#points.length] as Point).node);
    return { nodes: [...nodes], isShort: nodes.size < this.#replicas };
  }

  /** Behind the last point it is the number of points, and the walk begins in front again. */
  #firstPointFrom(position: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle] as Point).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  apply(): void {
    throw new NotImplementedError("apply belongs to level 3");
  }

  view(): RingView {
    throw new NotImplementedError("view belongs to level 3");
  }

  place(): string | undefined {
    throw new NotImplementedError("place belongs to level 4");
  }

  release(): boolean {
    throw new NotImplementedError("release belongs to level 4");
  }

  carrier(): string | undefined {
    throw new NotImplementedError("carrier belongs to level 4");
  }
}

/** Positions may coincide. Without the name the order of joins would decide, and clients disagree. */
function byPositionThenName(one: Point, other: Point): number {
  return (
    one.position - other.position || (one.node < other.node ? -1 : one.node > other.node ? 1 : 0)
  );
}

/** FNV-1a, then a mixing of all bits: alone it puts labels that differ only at the end side by side. */
function hashText(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isWhole(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most;
}

function refuseUnless(isSo: boolean, message: string): void {
  if (!isSo) throw new InvalidArgumentError(message);
}

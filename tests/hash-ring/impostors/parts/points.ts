/** Points in order, the search for the first of them behind a position, and the walk from there. */

export interface Point {
  readonly position: number;
  readonly node: string;
}

/** The label can be read in one way only: no number holds a colon. */
export function pointsOf(node: string, count: number, hash: (label: string) => number): Point[] {
  return Array.from({ length: count }, (_, index) => ({
    position: hash(`${index}:${node}`),
    node,
  }));
}

export function byPlace(a: Point, b: Point): number {
  return a.position - b.position || byName(a.node, b.node);
}

export function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The index of the first point at a position or behind it; the length when there is none. */
export function firstAtOrAfter(points: readonly Point[], position: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle] as Point).position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All nodes, each once, as they are met from a position on and around; no further than to the last of so many. */
export function* walkFrom(
  points: readonly Point[],
  position: number,
  nodeCount = Infinity,
): Generator<string> {
  const start = firstAtOrAfter(points, position);
  const met = new Set<string>();
  for (let step = 0; step < points.length && met.size < nodeCount; step++) {
    const { node } = points[(start + step) % points.length] as Point;
    if (met.has(node)) continue;
    met.add(node);
    yield node;
  }
}

export function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.push(item) === count) break;
  }
  return first;
}

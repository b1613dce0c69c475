/**
 * Snapshot isolation when no read shows in which order some transactions appended to the same list: of two of them, one
 * has to commit before the other starts, and either may be the one.
 *
 * Guess all orders, look for a cycle, and undo one of the guesses in it: every right answer contradicts at least one of
 * them, so trying each in turn leaves nothing out. The first guess is the order in which clients were answered, as far
 * as the known dependencies allow, and it is nearly always right. In general the question is NP-complete, hence the
 * budget.
 */
import type { Adjacency, DependencyGraph } from "./dependency-graph.ts";
import { cyclicComponents, shortestCycle } from "./cycles.ts";
import type { Versions } from "./versions.ts";

export type AppendOrder =
  | { readonly verdict: "possible" | "undecided" }
  /** A cycle under the first guess; its edges are in the graph. */
  | { readonly verdict: "impossible"; readonly cycle: readonly number[] };

interface Guess {
  readonly earlier: number;
  readonly later: number;
  readonly list: number;
}

/** Guesses that have been settled, most recent first. */
type Settled = { readonly guess: Guess; readonly before: Settled } | undefined;

/**
 * `graph` has two nodes a transaction, no cycle, and is given back with the edges of the first guess where that fails.
 * `stepsMax`: how many edges may be walked in all.
 */
export function findAppendOrder(
  versions: Versions,
  graph: DependencyGraph,
  stepsMax: number,
): AppendOrder {
  const known = graph.edgeCount;
  const groups = [...versions.lists.entries()].filter(([, { unordered }]) => unordered.length > 1);
  const branches: Settled[] = [undefined];
  let steps = 0;
  let firstFailure: { guesses: readonly Guess[]; cycle: readonly number[] } | undefined;

  while (branches.length > 0) {
    if (steps >= stepsMax) return { verdict: "undecided" };
    const settled = branches.pop();
    graph.truncate(known);
    for (let one = settled; one !== undefined; one = one.before) addGuess(graph, one.guess);
    steps += graph.edgeCount;
    const order = orderInTime(versions, graph, graph.adjacency());
    if (order === undefined) continue;

    const guesses: Guess[] = [];
    for (const [list, { unordered }] of groups) {
      const sorted = unordered.toSorted(
        (a, b) => (order[graph.commit(a)] as number) - (order[graph.commit(b)] as number),
      );
      for (let index = 1; index < sorted.length; index++)
        guesses.push({
          earlier: sorted[index - 1] as number,
          later: sorted[index] as number,
          list,
        });
    }
    const firstGuess = graph.edgeCount;
    for (const guess of guesses) addGuess(graph, guess);
    steps += graph.edgeCount;
    const adjacency = graph.adjacency();
    const [component] = cyclicComponents(graph.nodeCount, adjacency);
    if (component === undefined) return { verdict: "possible" };
    const cycle = shortestCycle(graph, adjacency, component);
    firstFailure ??= { guesses, cycle };
    let kept = settled;
    for (const edge of cycle) {
      const guess = guesses[edge - firstGuess];
      if (guess === undefined) continue;
      const { earlier, later, list } = guess;
      branches.push({ guess: { earlier: later, later: earlier, list }, before: kept });
      kept = { guess, before: kept };
    }
  }

  graph.truncate(known);
  for (const guess of firstFailure?.guesses ?? []) addGuess(graph, guess);
  return { verdict: "impossible", cycle: firstFailure?.cycle ?? [] };
}

function addGuess(graph: DependencyGraph, { earlier, later, list }: Guess): void {
  graph.addEdge(graph.commit(earlier), graph.start(later), "ww", list);
}

/**
 * The place of every node in an order that follows all edges, and among the nodes that are free to come next takes the
 * one whose call (of a start) or answer (of a commit) was first. Undefined when there is a cycle.
 */
function orderInTime(
  { transactions }: Versions,
  graph: DependencyGraph,
  { offsets, targets }: Adjacency,
): Int32Array | undefined {
  const { nodeCount } = graph;
  const waitsFor = new Int32Array(nodeCount);
  for (const target of targets) waitsFor[target] = (waitsFor[target] as number) + 1;
  const times = new Float64Array(nodeCount).fill(-Infinity);
  for (const [index, { calledAt, settledAt }] of transactions.entries()) {
    times[graph.start(index)] = calledAt;
    times[graph.commit(index)] = settledAt;
  }
  const free = new EarliestFirst(times);
  for (let node = 0; node < nodeCount; node++) if (waitsFor[node] === 0) free.add(node);
  const order = new Int32Array(nodeCount);
  let placed = 0;
  for (let node = free.take(); node !== undefined; node = free.take()) {
    order[node] = placed++;
    for (let place = offsets[node] as number; place < (offsets[node + 1] as number); place++) {
      const target = targets[place] as number;
      const left = (waitsFor[target] as number) - 1;
      waitsFor[target] = left;
      if (left === 0) free.add(target);
    }
  }
  return placed === nodeCount ? order : undefined;
}

/** A binary heap of nodes by time, then by number. */
class EarliestFirst {
  readonly #times: Float64Array;
  readonly #heap: number[] = [];

  constructor(times: Float64Array) {
    this.#times = times;
  }

  add(node: number): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(node);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(node, heap[parent] as number)) break;
      heap[place] = heap[parent] as number;
      place = parent;
    }
    heap[place] = node;
  }

  take(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const moved = heap.pop();
    if (moved === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= heap.length) break;
      if (
        child + 1 < heap.length &&
        this.#isBefore(heap[child + 1] as number, heap[child] as number)
      )
        child += 1;
      if (!this.#isBefore(heap[child] as number, moved)) break;
      heap[place] = heap[child] as number;
      place = child;
    }
    heap[place] = moved;
    return first;
  }

  #isBefore(one: number, other: number): boolean {
    const [oneTime, otherTime] = [this.#times[one] as number, this.#times[other] as number];
    return oneTime < otherTime || (oneTime === otherTime && one < other);
  }
}

/**
 * Who has to come before whom, as a graph whose cycles are violations.
 *
 * One node a transaction decides serializability: a cycle means that a transaction comes before itself. Two nodes a
 * transaction, its start s and its commit c, decide snapshot isolation, because there a transaction reads as of its
 * start and writes as of its commit:
 *
 *     ww, wr, real time   c of the earlier ──► s of the later     it committed before the other started
 *     rw                  s of the reader  ──► c of the writer    the snapshot was taken before the write
 *     within              s ──► c
 *
 * A cycle of these nodes is exactly a cycle of dependencies in which no two rw are adjacent: after an rw one stands at a
 * commit, and only a ww, a wr or real time leads on from there. So write skew (rw, rw) is no cycle, and lost update,
 * read skew and long fork are.
 *
 * Two kinds of auxiliary node keep the number of edges linear: one a list between the readers of its last version and
 * the unordered appends, one a moment of real time between those answered before it and those begun after it.
 */
import type { Versions } from "./versions.ts";

export const edgeKinds = ["ww", "wr", "rw", "phantom", "real-time", "within", "onward"] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** `phantom`: an rw whose reader saw the list absent in a range. */
export const edgeKindNumber = Object.fromEntries(
  edgeKinds.map((kind, index) => [kind, index]),
) as Readonly<Record<EdgeKind, number>>;

/** Edges in the order in which they are added, and by the node that they leave. */
export class DependencyGraph {
  readonly nodesPerTransaction: 1 | 2;
  readonly transactionCount: number;
  nodeCount: number;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #kind: number[] = [];
  /** The index of the list; -1 where there is none. */
  readonly #list: number[] = [];

  constructor(transactionCount: number, nodesPerTransaction: 1 | 2) {
    this.transactionCount = transactionCount;
    this.nodesPerTransaction = nodesPerTransaction;
    this.nodeCount = transactionCount * nodesPerTransaction;
  }

  get edgeCount(): number {
    return this.#from.length;
  }

  start(transaction: number): number {
    return transaction * this.nodesPerTransaction;
  }

  commit(transaction: number): number {
    return transaction * this.nodesPerTransaction + this.nodesPerTransaction - 1;
  }

  /** -1 for an auxiliary node. */
  transactionOf(node: number): number {
    const transaction = Math.floor(node / this.nodesPerTransaction);
    return transaction < this.transactionCount ? transaction : -1;
  }

  addNode(): number {
    this.nodeCount += 1;
    return this.nodeCount - 1;
  }

  /** Returns the number of the edge. */
  addEdge(from: number, to: number, kind: EdgeKind, list: number): number {
    this.#from.push(from);
    this.#to.push(to);
    this.#kind.push(edgeKindNumber[kind]);
    this.#list.push(list);
    return this.#from.length - 1;
  }

  /** Takes back all edges but the first ones. */
  truncate(edgeCount: number): void {
    for (const column of [this.#from, this.#to, this.#kind, this.#list]) column.length = edgeCount;
  }

  from(edge: number): number {
    return this.#from[edge] as number;
  }

  to(edge: number): number {
    return this.#to[edge] as number;
  }

  kind(edge: number): EdgeKind {
    return edgeKinds[this.#kind[edge] as number] as EdgeKind;
  }

  list(edge: number): number {
    return this.#list[edge] as number;
  }

  /** The edges that leave node n are `edges[offsets[n]]` up to `edges[offsets[n + 1]]`. */
  adjacency(): Adjacency {
    const offsets = new Int32Array(this.nodeCount + 1);
    for (const from of this.#from) offsets[from + 1] = (offsets[from + 1] as number) + 1;
    for (let node = 0; node < this.nodeCount; node++)
      offsets[node + 1] = (offsets[node + 1] as number) + (offsets[node] as number);
    const next = offsets.slice();
    const edges = new Int32Array(this.#from.length);
    const targets = new Int32Array(this.#from.length);
    for (const [edge, from] of this.#from.entries()) {
      const place = next[from] as number;
      next[from] = place + 1;
      edges[place] = edge;
      targets[place] = this.#to[edge] as number;
    }
    return { offsets, edges, targets };
  }
}

export interface Adjacency {
  readonly offsets: Int32Array;
  /** Numbers of edges. */
  readonly edges: Int32Array;
  /** Where each of `edges` leads. */
  readonly targets: Int32Array;
}

export interface GraphShape {
  readonly nodesPerTransaction: 1 | 2;
  /** `within` is always there where a transaction has two nodes. */
  readonly kinds: ReadonlySet<"ww" | "wr" | "rw" | "real-time">;
}

export function buildGraph(versions: Versions, shape: GraphShape): DependencyGraph {
  const { transactions, committed } = versions;
  const graph = new DependencyGraph(transactions.length, shape.nodesPerTransaction);
  if (shape.nodesPerTransaction === 2) {
    for (const [transaction, isCommitted] of committed.entries()) {
      if (isCommitted)
        graph.addEdge(graph.start(transaction), graph.commit(transaction), "within", -1);
    }
  }
  if (shape.kinds.has("ww")) addWriteOrder(graph, versions);
  if (shape.kinds.has("wr")) addReadsFrom(graph, versions);
  if (shape.kinds.has("rw")) addReadsBefore(graph, versions);
  if (shape.kinds.has("real-time")) addRealTime(graph, versions);
  return graph;
}

/** ww: each writer of a list before the next, and the last before all whose place is unknown. */
function addWriteOrder(graph: DependencyGraph, { lists }: Versions): void {
  for (const [index, { writers, unordered }] of lists.entries()) {
    for (let version = 1; version < writers.length; version++) {
      const earlier = writers[version - 1] as number;
      graph.addEdge(graph.commit(earlier), graph.start(writers[version] as number), "ww", index);
    }
    const last = writers.at(-1);
    if (last === undefined) continue;
    for (const later of unordered)
      graph.addEdge(graph.commit(last), graph.start(later), "ww", index);
  }
}

/** wr: the writer of a version before its reader. */
function addReadsFrom(graph: DependencyGraph, { lists }: Versions): void {
  for (const [index, { reads, writers, versionOfLength }] of lists.entries()) {
    for (const { transaction, length } of reads) {
      const version = versionOfLength[length] as number;
      if (version === 0) continue;
      const writer = writers[version - 1] as number;
      graph.addEdge(graph.commit(writer), graph.start(transaction), "wr", index);
    }
  }
}

/** rw: the reader of a version before the writer of the next, or before all that may be the next. */
function addReadsBefore(graph: DependencyGraph, { lists }: Versions): void {
  for (const [index, { reads, writers, versionOfLength, unordered }] of lists.entries()) {
    let beforeUnordered = -1;
    for (const { transaction, length, isAbsence } of reads) {
      const kind = isAbsence ? "phantom" : "rw";
      const next = writers[versionOfLength[length] as number];
      if (next === transaction) continue;
      if (next !== undefined)
        graph.addEdge(graph.start(transaction), graph.commit(next), kind, index);
      else if (unordered.length > 0) {
        if (beforeUnordered === -1) {
          beforeUnordered = graph.addNode();
          for (const writer of unordered)
            graph.addEdge(beforeUnordered, graph.commit(writer), "onward", index);
        }
        graph.addEdge(graph.start(transaction), beforeUnordered, kind, index);
      }
    }
  }
}

/** Whoever was answered before another was begun. Equal times are concurrent. */
function addRealTime(graph: DependencyGraph, { transactions, committed }: Versions): void {
  const members = [...transactions.keys()].filter((index) => committed[index]);
  const calledAt = (index: number): number => transactions[index]?.calledAt ?? 0;
  const settledAt = (index: number): number => transactions[index]?.settledAt ?? 0;
  const called = members.toSorted((a, b) => calledAt(a) - calledAt(b));
  const settled = members.filter((index) => settledAt(index) !== Infinity);
  settled.sort((a, b) => settledAt(a) - settledAt(b));
  let moment = -1;
  let next = 0;
  for (const later of called) {
    const earliestLeft = settled[next];
    if (earliestLeft !== undefined && settledAt(earliestLeft) < calledAt(later)) {
      const node = graph.addNode();
      if (moment !== -1) graph.addEdge(moment, node, "onward", -1);
      moment = node;
      for (; next < settled.length; next++) {
        const earlier = settled[next] as number;
        if (settledAt(earlier) >= calledAt(later)) break;
        graph.addEdge(graph.commit(earlier), moment, "real-time", -1);
      }
    }
    if (moment !== -1) graph.addEdge(moment, graph.start(later), "onward", -1);
  }
}

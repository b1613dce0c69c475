/** Cycles of a graph: whether there are any, where, and the shortest. Nothing here recurses. */
import type { Adjacency, DependencyGraph } from "./dependency-graph.ts";

/** The strongly connected components of more than one node, each a list of nodes (Tarjan's algorithm). */
export function cyclicComponents(nodeCount: number, { offsets, targets }: Adjacency): Int32Array[] {
  const components: Int32Array[] = [];
  /** 0: not visited yet. */
  const visitOf = new Int32Array(nodeCount);
  const lowest = new Int32Array(nodeCount);
  const isOpen = new Uint8Array(nodeCount);
  const open = new Int32Array(nodeCount);
  let openCount = 0;
  const path = new Int32Array(nodeCount);
  const nextEdge = new Int32Array(nodeCount);
  let visits = 0;
  let depth = 0;
  const enter = (node: number): void => {
    visits += 1;
    visitOf[node] = visits;
    lowest[node] = visits;
    isOpen[node] = 1;
    open[openCount++] = node;
    nextEdge[node] = offsets[node] as number;
    path[depth++] = node;
  };

  for (let root = 0; root < nodeCount; root++) {
    if (visitOf[root] !== 0) continue;
    enter(root);
    while (depth > 0) {
      const node = path[depth - 1] as number;
      const place = nextEdge[node] as number;
      if (place < (offsets[node + 1] as number)) {
        nextEdge[node] = place + 1;
        const target = targets[place] as number;
        if (visitOf[target] === 0) enter(target);
        else if (isOpen[target] === 1)
          lowest[node] = Math.min(lowest[node] as number, visitOf[target] as number);
        continue;
      }
      depth -= 1;
      if (depth > 0) {
        const parent = path[depth - 1] as number;
        lowest[parent] = Math.min(lowest[parent] as number, lowest[node] as number);
      }
      if (lowest[node] !== visitOf[node]) continue;
      const end = openCount;
      let member: number;
      do {
        member = open[--openCount] as number;
        isOpen[member] = 0;
      } while (member !== node);
      if (end - openCount > 1) components.push(open.slice(openCount, end));
    }
  }
  return components;
}

/** Edges looked at in the search for the shortest cycle of one component; a very large one may keep a longer cycle. */
const edgesMax = 1_000_000;

/**
 * A shortest cycle of the component, as numbers of edges, each leading to where the next begins. Steps within a
 * transaction and onward from an auxiliary node have no length.
 */
export function shortestCycle(
  graph: DependencyGraph,
  { offsets, edges, targets }: Adjacency,
  component: Int32Array,
): number[] {
  const inComponent = new Uint8Array(graph.nodeCount);
  for (const node of component) inComponent[node] = 1;
  const reachedBy = new Int32Array(graph.nodeCount);
  let shortest: number[] = [];
  let shortestLength = Infinity;
  let looked = 0;

  for (const start of component.toSorted()) {
    if (looked > edgesMax) break;
    if (graph.transactionOf(start) === -1) continue;
    for (const node of component) reachedBy[node] = -1;
    const done = new Set<number>();
    let layer = [start];
    for (let length = 0; layer.length > 0 && length < shortestLength; length++) {
      const nextLayer: number[] = [];
      // The layer grows at its end by what is reached without length, and is worked through in the same pass.
      for (let index = 0; index < layer.length; index++) {
        const node = layer[index] as number;
        if (done.has(node)) continue;
        done.add(node);
        const end = offsets[node + 1] as number;
        for (let place = offsets[node] as number; place < end; place++) {
          looked += 1;
          const target = targets[place] as number;
          if (inComponent[target] === 0 || done.has(target)) {
            if (target !== start) continue;
          }
          const edge = edges[place] as number;
          const isFree = lengthOf(graph, edge) === 0;
          if (target === start) {
            const total = length + (isFree ? 0 : 1);
            if (total < shortestLength) {
              shortestLength = total;
              shortest = pathTo(graph, reachedBy, start, node, edge);
            }
            continue;
          }
          if (isFree) {
            reachedBy[target] = edge;
            layer.push(target);
          } else if (reachedBy[target] === -1) {
            reachedBy[target] = edge;
            nextLayer.push(target);
          }
        }
      }
      layer = nextLayer;
    }
  }
  return shortest;
}

function lengthOf(graph: DependencyGraph, edge: number): 0 | 1 {
  const kind = graph.kind(edge);
  return kind === "within" || kind === "onward" ? 0 : 1;
}

function pathTo(
  graph: DependencyGraph,
  reachedBy: Int32Array,
  start: number,
  last: number,
  closing: number,
): number[] {
  const path = [closing];
  for (let node = last; node !== start;) {
    const edge = reachedBy[node] as number;
    path.push(edge);
    node = graph.from(edge);
  }
  return path.reverse();
}

/**
 * Judges whether transactions over lists that only grow could have come from a store that isolates them.
 *
 *     T1   read a → []   append 1 to b
 *     T2   read b → []   append 2 to a          each missed what the other wrote: snapshot isolation allows it,
 *                                               no order of whole transactions explains it
 *
 * `serializable`: the committed transactions can be put in an order in which each sees exactly what those before it
 * wrote. `snapshot-isolation`: each can be given a start and, later, a commit, such that it sees exactly what was
 * committed before its start, and of two that append to the same list one commits before the other starts.
 * With `realTime`, all of this happens between a transaction's call and its answer. Without, as in the published
 * definitions, an order need not follow the clock.
 *
 * Guarantees
 * - `ok` and `illegal` are proofs. `undecided` is never a pass and only answered for snapshot isolation, where no read
 *   shows in which order several transactions appended to the same list, and the budget was spent on their orders.
 * - An illegal history has at least one anomaly, of the worst kind there is: what even weaker models forbid comes first.
 * - The same history gives the same verdict and anomalies.
 * - Linear in the length of the history but for finding short cycles and unknown orders, both of which are bounded.
 *
 * A list shows its own past, which is why nothing else is asked of a store: a read of [1 2 3] tells who wrote each
 * version and in which order. From there on all is a search for cycles (dependency-graph.ts).
 */
import type { Anomaly } from "./anomaly.ts";
import { findAppendOrder } from "./append-order.ts";
import { cyclicComponents, shortestCycle } from "./cycles.ts";
import type { DependencyGraph, GraphShape } from "./dependency-graph.ts";
import { buildGraph } from "./dependency-graph.ts";
import { nameCycle } from "./name-cycle.ts";
import type { Transaction } from "./transaction.ts";
import type { Versions } from "./versions.ts";
import { readVersions } from "./versions.ts";

export type { Anomaly, AnomalyKind, Dependency } from "./anomaly.ts";
export type { ListOperation, Transaction } from "./transaction.ts";

export const isolationModels = ["snapshot-isolation", "serializable"] as const;
export type IsolationModel = (typeof isolationModels)[number];

export interface IsolationRequest {
  readonly model: IsolationModel;
  /** Whether the order has to respect who was answered before another was begun. */
  readonly realTime?: boolean;
  /** How many edges may be walked in search of an unknown order. */
  readonly stepsMax?: number;
}

export type IsolationVerdict =
  | {
      readonly verdict: "ok";
      /** How many transactions count as committed. */
      readonly committed: number;
      readonly lists: number;
    }
  | {
      readonly verdict: "illegal";
      readonly committed: number;
      readonly lists: number;
      /** At least one, the worst first. */
      readonly anomalies: readonly [Anomaly, ...Anomaly[]];
    }
  | {
      readonly verdict: "undecided";
      readonly committed: number;
      readonly lists: number;
      /** The lists to which several transactions appended in an order that no read shows. */
      readonly unordered: readonly string[];
    };

export const stepsMaxDefault = 50_000_000;
const cyclesMax = 8;

/** Throws DuplicateAppendError when an element was appended to the same list twice. */
export function judgeIsolation(
  transactions: readonly Transaction[],
  { model, realTime = false, stepsMax = stepsMaxDefault }: IsolationRequest,
): IsolationVerdict {
  const versions = readVersions(transactions);
  const size = {
    committed: versions.committed.filter(Boolean).length,
    lists: versions.lists.length,
  };
  const illegal = ([first, ...others]: readonly Anomaly[]): IsolationVerdict | undefined =>
    first === undefined
      ? undefined
      : { verdict: "illegal", ...size, anomalies: [first, ...others] };

  const wrongInItself = illegal(versions.anomalies);
  if (wrongInItself !== undefined) return wrongInItself;

  const shape = shapeOf(model, realTime);
  const graph = buildGraph(versions, shape);
  if (cyclicComponents(graph.nodeCount, graph.adjacency()).length > 0) {
    const found = illegal(worstCycles(versions, shape));
    if (found !== undefined) return found;
  }
  // One at a time, an order that follows all edges is an explanation, whichever way it orders what nobody saw.
  if (model === "serializable") return { verdict: "ok", ...size };

  const unordered = versions.lists.filter((list) => list.unordered.length > 1);
  if (unordered.length === 0) return { verdict: "ok", ...size };
  const order = findAppendOrder(versions, graph, stepsMax);
  if (order.verdict === "impossible")
    return illegal([nameCycle(versions, graph, order.cycle)]) as IsolationVerdict;
  return order.verdict === "possible"
    ? { verdict: "ok", ...size }
    : { verdict: "undecided", ...size, unordered: unordered.map(({ key }) => key) };
}

function shapeOf(model: IsolationModel, realTime: boolean): GraphShape {
  return {
    nodesPerTransaction: model === "serializable" ? 1 : 2,
    kinds: new Set(["ww", "wr", "rw", ...(realTime ? (["real-time"] as const) : [])]),
  };
}

/** What weaker models forbid is looked for first: ww alone, ww and wr, snapshot isolation, then everything. */
function worstCycles(versions: Versions, wanted: GraphShape): Anomaly[] {
  const weaker: GraphShape[] = [
    { nodesPerTransaction: 1, kinds: new Set(["ww"]) },
    { nodesPerTransaction: 1, kinds: new Set(["ww", "wr"]) },
    shapeOf("snapshot-isolation", false),
    { ...wanted, kinds: new Set(["ww", "wr", "rw"]) },
  ];
  if (wanted.kinds.has("real-time")) {
    weaker.push(
      { nodesPerTransaction: 1, kinds: new Set(["ww", "real-time"]) },
      { nodesPerTransaction: 1, kinds: new Set(["ww", "wr", "real-time"]) },
      shapeOf("snapshot-isolation", true),
      wanted,
    );
  }
  for (const shape of weaker) {
    const anomalies = cyclesOf(versions, buildGraph(versions, shape));
    if (anomalies.length > 0) return anomalies;
  }
  return [];
}

function cyclesOf(versions: Versions, graph: DependencyGraph): Anomaly[] {
  const adjacency = graph.adjacency();
  return cyclicComponents(graph.nodeCount, adjacency)
    .slice(0, cyclesMax)
    .map((component) => nameCycle(versions, graph, shortestCycle(graph, adjacency, component)));
}

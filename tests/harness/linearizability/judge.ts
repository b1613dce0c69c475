/**
 * Judges whether a concurrent history could have come from one copy of the data on which operations happen one at a
 * time, each at some instant between its call and its answer.
 *
 *     client 0   ├─ write 1 ─┤
 *     client 1        ├─ read → 1 ─┤          ok: write, then read
 *     client 1                        ├─ read → empty ─┤     illegal: the write cannot be undone
 *
 * Guarantees
 * - `ok` and `illegal` are proofs; `undecided` means that the budget of nodes was spent first and is never a pass.
 * - Operations on different keys are judged apart, and the budget is shared out in rounds, so a key that is hard to
 *   decide does not hide one that is illegal. An illegal key wins over an undecided one.
 * - The same operations in the same order give the same verdict, key, linearization and count of nodes.
 *
 * Time is closed at both ends: an operation takes effect at one instant t with calledAt ≤ t ≤ settledAt. So an operation
 * that settles at t and one that is called at t are concurrent, and either may come first; only `settledAt < calledAt`
 * orders two operations. A recorder that wants them ordered must give every event a time of its own.
 */
import { PartitionSearch } from "./partition-search.ts";

/** Whatever a model likes; undefined is kept for “impossible”. */
export type ModelState = object | string | number | boolean | null;

/** What one operation at a time would do. Pure: no method changes the state or the input it is given. */
export interface Model<State extends ModelState, Input, Output> {
  readonly initial: State;
  /** The key whose history this operation belongs to. An operation may touch no other key. */
  partition(input: Input): string;
  /**
   * The state after the operation, or undefined when `output` is impossible in `state`.
   * `output` is undefined when there was nothing to see or nobody saw it: then every answer is possible.
   */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** Equal strings if and only if the states are equal. */
  fingerprint(state: State): string;
  /** True only if this operation with this output leaves *every* state in which it is possible as it was. */
  neverChangesState(input: Input, output: Output | undefined): boolean;
  /** Equal strings only if the two operations, unseen, do the same to every state. */
  effect(input: Input): string;
}

export interface Operation<Input, Output> {
  readonly client: number;
  readonly input: Input;
  readonly output: Output | undefined;
  readonly calledAt: number;
  /**
   * - `ok`: took effect in [calledAt, settledAt].
   * - `maybe`: took effect in [calledAt, settledAt], or never. A crash that ends all lives of the operation ends its
   *   window: give the time of the crash. Infinity when nothing ends it.
   * - `failed`: took no effect; ignored.
   */
  readonly outcome: "ok" | "maybe" | "failed";
  readonly settledAt: number;
}

export interface NodeBudget {
  /** How many placements of one operation after another may be tried, all keys together. */
  readonly nodesMax: number;
}

export type LinearizabilityVerdict<State, Input, Output> =
  | { readonly verdict: "ok"; readonly nodes: number; readonly partitions: number }
  | {
      readonly verdict: "illegal" | "undecided";
      readonly nodes: number;
      readonly partitions: number;
      /** The key that is illegal, or the first one that is undecided. */
      readonly partition: string;
      /** The longest order found that respects time and in which every answer is possible. */
      readonly linearization: readonly Operation<Input, Output>[];
      /** The state at its end. */
      readonly state: State;
      /** The answered operation that must come next and cannot (when undecided: could not yet). */
      readonly unplaced: Operation<Input, Output>;
    };

/** Nodes that every key gets in the first round; each round doubles it. */
const firstShareMax = 64;

export function judgeLinearizability<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { nodesMax }: NodeBudget,
): LinearizabilityVerdict<State, Input, Output> {
  const searches: PartitionSearch<State, Input, Output>[] = [];
  for (const [partition, members] of operationsByPartition(model, operations)) {
    searches.push(new PartitionSearch(model, partition, members));
  }
  const partitions = searches.length;

  let nodes = 0;
  let undecided = searches;
  let share = Math.max(1, Math.min(firstShareMax, Math.floor(nodesMax / Math.max(1, partitions))));
  while (undecided.length > 0) {
    const stillUndecided: PartitionSearch<State, Input, Output>[] = [];
    for (const search of undecided) {
      const nodesBefore = search.nodes;
      const progress = search.run(Math.min(share, nodesMax - nodes));
      nodes += search.nodes - nodesBefore;
      if (progress === "illegal") return report("illegal", search, nodes, partitions);
      if (progress === "undecided") stillUndecided.push(search);
    }
    undecided = stillUndecided;
    const [firstUndecided] = undecided;
    if (nodes >= nodesMax && firstUndecided !== undefined)
      return report("undecided", firstUndecided, nodes, partitions);
    share *= 2;
  }
  return { verdict: "ok", nodes, partitions };
}

function report<State extends ModelState, Input, Output>(
  verdict: "illegal" | "undecided",
  search: PartitionSearch<State, Input, Output>,
  nodes: number,
  partitions: number,
): LinearizabilityVerdict<State, Input, Output> {
  return { verdict, nodes, partitions, partition: search.partition, ...search.longest() };
}

/** Keys in the order of their first operation; failed operations left out. */
function operationsByPartition<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): Map<string, Operation<Input, Output>[]> {
  const byPartition = new Map<string, Operation<Input, Output>[]>();
  for (const operation of operations) {
    if (operation.outcome === "failed") continue;
    if (!(operation.calledAt <= operation.settledAt)) {
      throw new RangeError(
        `Expected an operation to settle at or after its call, got calledAt ${operation.calledAt} and settledAt ${operation.settledAt}.`,
      );
    }
    const partition = model.partition(operation.input);
    const members = byPartition.get(partition);
    if (members === undefined) byPartition.set(partition, [operation]);
    else members.push(operation);
  }
  return byPartition;
}

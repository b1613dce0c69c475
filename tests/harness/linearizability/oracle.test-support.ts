/**
 * The definition of linearizability, written down and tried out: choose which optional operations happened, try every
 * order of what is left, and accept if one order respects time and every answer is possible. All keys are judged
 * together, nothing is remembered and nothing is skipped. Factorial time; for a handful of operations.
 */
import type { Model, ModelState, Operation } from "./judge.ts";

export function isLinearizableByDefinition<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const answered = operations.filter((operation) => operation.outcome === "ok");
  const optional = operations.filter((operation) => operation.outcome === "maybe");
  return subsets(optional).some((happened) =>
    someOrderIsPossible(model, [], [...answered, ...happened], new Map()),
  );
}

function someOrderIsPossible<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  placed: readonly Operation<Input, Output>[],
  left: readonly Operation<Input, Output>[],
  states: ReadonlyMap<string, State>,
): boolean {
  if (left.length === 0) return true;
  return left.some((operation) => {
    if (placed.some((earlier) => operation.settledAt < earlier.calledAt)) return false;
    const key = model.partition(operation.input);
    const before = states.get(key);
    const after = model.step(
      before === undefined ? model.initial : before,
      operation.input,
      operation.output,
    );
    if (after === undefined) return false;
    return someOrderIsPossible(
      model,
      [...placed, operation],
      left.filter((other) => other !== operation),
      new Map(states).set(key, after),
    );
  });
}

function subsets<Item>(items: readonly Item[]): Item[][] {
  return items.reduce<Item[][]>(
    (all, item) => [...all, ...all.map((subset) => [...subset, item])],
    [[]],
  );
}

/**
 * Random histories, some linearizable and some not: operations take effect one at a time at random instants within
 * their windows, and then a few answers may be swapped for others. Times are small whole numbers, so that many are equal.
 */
import type { Random } from "#platform/random.ts";
import type { Model, Operation } from "./judge.ts";
import type { Answer, KeyValueInput, RegisterInput, Value } from "./models.ts";

export interface HistoryShape {
  readonly operationsMax: number;
  readonly clients: number;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  /** The last time at which anything is called; fewer moments make more operations concurrent. */
  readonly momentMax: number;
  readonly durationMax: number;
  /** Shares in [0, 1]. */
  readonly maybeShare: number;
  readonly wrongAnswerShare: number;
}

export function randomHistory<Input>(
  random: Random,
  model: Model<Value, Input, Answer>,
  randomInput: (random: Random, shape: HistoryShape) => Input,
  shape: HistoryShape,
): Operation<Input, Answer>[] {
  const planned = Array.from({ length: 1 + random.below(shape.operationsMax) }, () => {
    const calledAt = random.below(shape.momentMax + 1);
    const settledAt = calledAt + random.below(shape.durationMax + 1);
    return {
      client: random.below(shape.clients),
      input: randomInput(random, shape),
      calledAt,
      settledAt,
      outcome: random.next() < shape.maybeShare ? ("maybe" as const) : ("ok" as const),
      effectAt: calledAt + random.next() * (settledAt - calledAt),
    };
  });
  planned.sort((a, b) => a.effectAt - b.effectAt);

  const states = new Map<string, Value>();
  const operations = planned.map(({ effectAt: _, ...operation }): Operation<Input, Answer> => {
    const { client, input, calledAt, outcome } = operation;
    const key = model.partition(input);
    const state = states.get(key);
    const before = state === undefined ? model.initial : state;
    const answers = answersOf(input, shape);
    const rightAnswer = answers.find((answer) => model.step(before, input, answer) !== undefined);
    if (outcome === "maybe") {
      const happened = random.below(2) === 0;
      if (happened) states.set(key, model.step(before, input, undefined) ?? null);
      // Rarely, somebody saw the answer of an operation that need not have happened.
      const output = happened && random.below(8) === 0 ? rightAnswer : undefined;
      const settledAt = random.below(3) === 0 ? Infinity : operation.settledAt;
      return { client, input, output, calledAt, outcome, settledAt };
    }
    states.set(key, model.step(before, input, rightAnswer) ?? null);
    const output = random.next() < shape.wrongAnswerShare ? pick(random, answers) : rightAnswer;
    return { client, input, output, calledAt, outcome, settledAt: operation.settledAt };
  });
  return operations.sort((a, b) => a.calledAt - b.calledAt);

  function answersOf(input: Input, { values }: HistoryShape): (Answer | undefined)[] {
    const call = (input as { call: string }).call;
    if (call === "cas" || call === "delete") return [true, false];
    if (call === "read" || call === "get") {
      const lengths = values.flatMap((one) => [one, ...values.map((other) => one + other)]);
      return [null, "", ...lengths];
    }
    return [undefined];
  }
}

export function randomRegisterInput(random: Random, { keys, values }: HistoryShape): RegisterInput {
  const key = pick(random, keys);
  const kind = random.below(5);
  if (kind < 2) return { call: "read", key };
  if (kind < 4) return { call: "write", key, value: pick(random, values) };
  return { call: "cas", key, from: pick(random, [null, ...values]), to: pick(random, values) };
}

export function randomKeyValueInput(random: Random, { keys, values }: HistoryShape): KeyValueInput {
  const key = pick(random, keys);
  const kind = random.below(6);
  if (kind < 2) return { call: "get", key };
  if (kind < 4) return { call: "put", key, value: pick(random, values) };
  return kind === 4
    ? { call: "delete", key }
    : { call: "append", key, value: pick(random, values) };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.below(items.length)];
  if (item === undefined && items.length === 0) throw new Error("Expected something to pick from.");
  return item as Item;
}

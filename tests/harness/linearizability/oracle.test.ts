import { expect, test } from "vitest";
import type { Random } from "#platform/random.ts";
import { seededRandom } from "#platform/random.ts";
import type { Model } from "./judge.ts";
import { judgeLinearizability } from "./judge.ts";
import type { Answer, Value } from "./models.ts";
import { keyValueModel, registerModel, startingWith } from "./models.ts";
import { isLinearizableByDefinition } from "./oracle.test-support.ts";
import type { HistoryShape } from "./random-history.test-support.ts";
import {
  randomHistory,
  randomKeyValueInput,
  randomRegisterInput,
} from "./random-history.test-support.ts";

const historiesPerModel = 75_000;
/** Two seconds on an idle core; a crowded machine gets time. */
const timeoutMs = 60_000;

const registerSeed = 1;
const keyValueSeed = 2;
const emptyAtFirstSeed = 3;

test(
  "the judge agrees with the definition on 75,000 random histories of a register",
  () => {
    expectAgreement(registerModel, randomRegisterInput, registerSeed);
  },
  timeoutMs,
);

test(
  "the judge agrees with the definition on 75,000 random histories of a key-value store",
  () => {
    expectAgreement(keyValueModel, randomKeyValueInput, keyValueSeed);
  },
  timeoutMs,
);

test(
  "the judge agrees with the definition on 75,000 random histories that begin with an empty value",
  () => {
    expectAgreement(startingWith(keyValueModel, ""), randomKeyValueInput, emptyAtFirstSeed);
  },
  timeoutMs,
);

function expectAgreement<Input>(
  model: Model<Value, Input, Answer>,
  randomInput: (random: Random, shape: HistoryShape) => Input,
  seed: number,
): void {
  const random = seededRandom(seed);
  const counts = { linearizable: 0, illegal: 0, closedWindows: 0 };
  for (let index = 0; index < historiesPerModel; index++) {
    const history = randomHistory(random, model, randomInput, randomShape(random));
    const linearizable = isLinearizableByDefinition(model, history);
    const { verdict } = judgeLinearizability(model, history, { nodesMax: 100_000 });
    if (verdict !== (linearizable ? "ok" : "illegal")) {
      expect.fail(
        `Seed ${seed}, history ${index}: the judge says ${verdict}, by definition it is ${linearizable ? "linearizable" : "not"}:\n${JSON.stringify(history, null, 1)}`,
      );
    }
    counts[linearizable ? "linearizable" : "illegal"] += 1;
    if (history.some(({ outcome, settledAt }) => outcome === "maybe" && settledAt !== Infinity))
      counts.closedWindows += 1;
  }
  // A comparison in which one side hardly ever occurs would prove little.
  expect(counts.linearizable).toBeGreaterThan(historiesPerModel / 10);
  expect(counts.illegal).toBeGreaterThan(historiesPerModel / 10);
  expect(counts.closedWindows).toBeGreaterThan(historiesPerModel / 10);
}

function randomShape(random: Random): HistoryShape {
  return {
    operationsMax: 7,
    clients: 4,
    keys: random.below(4) === 0 ? ["a", "b"] : ["a"],
    values: random.below(2) === 0 ? ["1", "2"] : ["1", "2", "3"],
    momentMax: 1 + random.below(12),
    durationMax: random.below(10),
    maybeShare: random.below(3) * 0.25,
    wrongAnswerShare: random.below(3) * 0.2,
  };
}

import { expect, test } from "vitest";
import type { Random } from "#platform/random.ts";
import { seededRandom } from "#platform/random.ts";
import { anomalyNames } from "./anomaly.ts";
import type { AnomalyKind, IsolationModel } from "./judge.ts";
import { judgeIsolation } from "./judge.ts";
import {
  isSerializableByDefinition,
  isSnapshotIsolatedByDefinition,
} from "./oracle.test-support.ts";
import type { HistoryShape, StoreKind } from "./random-history.test-support.ts";
import { randomHistory, storeKinds } from "./random-history.test-support.ts";
import type { Transaction } from "./transaction.ts";

const historiesPerStore = 4_000;
/** A few seconds on an idle core; a crowded machine gets time. */
const timeoutMs = 120_000;

test.each(storeKinds.map((store, index) => [store, index + 1] as const))(
  "the judge agrees with the definitions on 4,000 random histories of a store that is %s",
  (store, seed) => {
    const random = seededRandom(seed);
    for (let index = 0; index < historiesPerStore; index++)
      expectAgreement(
        randomHistory(random, randomShape(random, store)),
        `seed ${seed}, history ${index}`,
      );
  },
  timeoutMs,
);

test(
  "the judge agrees with the definitions where no read shows the order of appends",
  () => {
    const random = seededRandom(99);
    for (let index = 0; index < historiesPerStore; index++) {
      const shape: HistoryShape = {
        ...randomShape(random, pick(random, storeKinds)),
        appendShare: 0.7,
        keys: ["a", "b", "c"],
        unknownShare: random.below(2) * 0.3,
      };
      expectAgreement(randomHistory(random, shape), `seed 99, history ${index}`);
    }
  },
  timeoutMs,
);

test(
  "the comparison sees each verdict of each model often, and every anomaly",
  () => {
    const random = seededRandom(7);
    const verdicts = new Map<string, number>();
    // A long fork needs four transactions that agree on much else; judge.test.ts compares one with the definitions.
    const anomalies = new Set<AnomalyKind>(["long-fork"]);
    let writeSkews = 0;
    for (let index = 0; index < 2 * historiesPerStore; index++) {
      const history = randomHistory(random, randomShape(random, pick(random, storeKinds)));
      const found = questions.map(([model, realTime]) => {
        const verdict = judgeIsolation(history, { model, realTime });
        const question = `${model} ${realTime} ${verdict.verdict}`;
        verdicts.set(question, (verdicts.get(question) ?? 0) + 1);
        if (verdict.verdict === "illegal")
          for (const { kind } of verdict.anomalies) anomalies.add(kind);
        return verdict.verdict;
      });
      if (found[0] === "ok" && found[2] === "illegal") writeSkews += 1;
    }
    expect(verdicts.size).toBe(8);
    for (const [question, quantity] of verdicts)
      expect(quantity, question).toBeGreaterThan(historiesPerStore / 20);
    expect(writeSkews).toBeGreaterThan(historiesPerStore / 200);
    expect([...anomalies].sort()).toEqual(Object.keys(anomalyNames).sort());
  },
  timeoutMs,
);

const questions: readonly (readonly [IsolationModel, boolean])[] = [
  ["snapshot-isolation", false],
  ["snapshot-isolation", true],
  ["serializable", false],
  ["serializable", true],
];

function expectAgreement(history: readonly Transaction[], which: string): void {
  for (const [model, realTime] of questions) {
    const isLegal =
      model === "serializable"
        ? isSerializableByDefinition(history, realTime)
        : isSnapshotIsolatedByDefinition(history, realTime);
    const { verdict } = judgeIsolation(history, { model, realTime });
    if (verdict === (isLegal ? "ok" : "illegal")) continue;
    expect.fail(
      `${which}: the judge says ${verdict} for ${model}${realTime ? " in real time" : ""}, by definition it is ${isLegal ? "legal" : "not"}:\n${JSON.stringify(history, (_, value: unknown) => (value instanceof Map ? [...value] : value === Infinity ? "never" : value), 1)}`,
    );
  }
}

function randomShape(random: Random, store: StoreKind): HistoryShape {
  return {
    store,
    transactionsMax: random.below(4) === 0 ? 6 : 4,
    operationsMax: 2 + random.below(3),
    keys: pick(random, [["a"], ["a", "b"], ["a", "b"], ["a", "b", "c"]]),
    appendShare: pick(random, [0.3, 0.4, 0.5]),
    rangeShare: random.below(3) === 0 ? 0.5 : 0,
    maybeShare: random.below(3) * 0.15,
    failedShare: random.below(3) * 0.1,
    unknownShare: random.below(4) === 0 ? 0.3 : 0,
    wrongAnswerShare: random.below(2) * 0.25,
    stepsPerMoment: 1 + random.below(4),
  };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)] as Item;
}

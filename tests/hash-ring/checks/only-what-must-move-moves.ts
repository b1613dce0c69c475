/** One join or departure after the other; around each, whole lists of owners are compared. Good hashes. */
import { type RingCase, shorter, smallerCases, type Step } from "../case.ts";
import { movement } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { RingInUse } from "../session.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawSteps,
  joins,
  keysFrom,
  randomOf,
} from "../workload.ts";

export interface MovingCase extends RingCase {
  /** Joins and departures around which lists are compared; `steps` come before. */
  changes: Step[];
}

export const onlyWhatMustMoveMoves = ringExperiment<MovingCase>({
  promise: "hash-ring/only-what-must-move-moves",

  *cases(budget) {
    const { seed } = budget;
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(seed, round);
      const names = drawNames(random, 3 + random.below(10));
      const keys = drawKeys(random, 40);
      const joined = names.slice(0, random.below(names.length));
      const changes = drawSteps(random, names, []);
      yield { options: drawOptions(random), steps: joins(joined), changes, keys };
    }
    if (budget.effort < 0.25) return;
    const many = Array.from({ length: 100 }, (_, index) => `node-${index}`);
    yield {
      options: { replicas: 3 },
      steps: joins(many),
      changes: [{ add: "newcomer" }, { remove: "node-7" }],
      keys: keysFrom(seed, 300),
    };
    yield throughEverySize(seed, many);
  },

  judge(session, { options, steps, changes, keys }) {
    const ring = session.ring(options);
    for (const step of steps) ring.take(step);
    for (const change of changes) compareAround(ring, change, keys);
  },

  *smaller(testCase) {
    yield* smallerMoves(testCase);
  },
});

/** From no node to a hundred: what happens at one number of members only is seen as well. */
function throughEverySize(seed: number, names: readonly string[]): MovingCase {
  const options = { replicas: 3, pointsPerNode: 16 };
  return { options, steps: [], changes: joins(names), keys: keysFrom(seed, 100) };
}

/** Makes a change, and compares the lists before it and after it. */
export function compareAround(ring: RingInUse, change: Step, keys: readonly string[]): void {
  if (!("add" in change || "remove" in change) || ring.changesNothing(change)) return;
  const before = ring.ownersOf(keys);
  ring.take(change);
  const moved = "add" in change ? { joined: change.add } : { left: change.remove };
  for (const [key, list] of before) ring.get(key, ({ nodes }) => movement(key, list, nodes, moved));
}

export function* smallerMoves<Case extends MovingCase>(testCase: Case): Iterable<Case> {
  const { steps, changes } = testCase;
  // The earlier changes without their lookups, then the last one alone.
  if (changes.length > 1) {
    for (let count = changes.length; count > 1; count--) {
      const before = [...steps, ...changes.slice(0, count - 1)];
      yield { ...testCase, steps: before, changes: changes.slice(count - 1, count) };
    }
    for (const fewer of shorter(changes, 1)) yield { ...testCase, changes: fewer };
  }
  yield* smallerCases(testCase);
}

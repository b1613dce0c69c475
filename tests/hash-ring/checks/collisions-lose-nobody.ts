/**
 * Hashes with few different numbers, so that places of nodes and keys coincide all the time. What was promised
 * about number, order and movement of owners holds nevertheless; and since names decide where numbers do not,
 * the order of joining decides nothing, not even between names that somebody may take for equal.
 */
import { smallerCases } from "../case.ts";
import { completeness, movement, sameList } from "../model.ts";
import { breaksAlso, ringExperiment, rounds } from "../ring-experiment.ts";
import type { Session } from "../session.ts";
import { inText } from "../words.ts";
import { drawKeys, drawNames, joins, lookalikes, picked, randomOf } from "../workload.ts";
import { type MovingCase, smallerMoves } from "./only-what-must-move-moves.ts";

export interface CrowdedCase extends MovingCase {
  /** The order in which the members join another ring: the reverse one, or that of their names. */
  isReversed: boolean;
}

export const collisionsLoseNobody = ringExperiment<CrowdedCase>({
  promise: "hash-ring/collisions-lose-nobody",

  *cases(budget) {
    for (const [one, other] of lookalikes) {
      const options = { replicas: 2, pointsPerNode: 1, hash: "all 0" };
      yield { options, steps: joins([one, other]), changes: [], keys: ["k1"], isReversed: true };
    }
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const names = drawNames(random, 2 + random.below(7));
      const poor = ["all 0", "all 4294967295", "poor 2", "poor 2", "poor 16", "poor 16", "poor 64"];
      const hash = picked(random, poor);
      const [last = "", ...others] = names;
      yield {
        options: {
          replicas: 1 + random.below(5),
          pointsPerNode: picked(random, [1, 1, 2, 4, 8, 32]),
          hash: hash.startsWith("all") ? hash : `${hash} ${random.below(1000)}`,
        },
        steps: joins(others),
        changes: [
          { add: last },
          ...others.slice(0, random.below(others.length)).map((name) => ({ remove: name })),
          ...others.slice(0, 1).map((name) => ({ add: name })),
        ],
        keys: drawKeys(random, 24),
        isReversed: random.below(2) === 0,
      };
    }
  },

  async judge(session, testCase) {
    try {
      sameAsEver(session, testCase);
    } catch (ending) {
      // What a good hash shows as well is no matter of collisions.
      for (const hash of goodHashes) {
        const plain = { ...testCase, options: { ...testCase.options, hash } };
        if (!session.isTold && (await breaksAlso(session, sameAsEver, plain))) return;
      }
      throw ending;
    }
  },

  *smaller(testCase) {
    yield* smallerMoves(testCase);
    if (testCase.changes.length === 1) yield { ...testCase, changes: [] };
    yield* smallerCases(testCase);
  },
});

const goodHashes = Array.from({ length: 12 }, (_, index) => `good ${index}`);

/** Around each change, and against the order of joining. */
function sameAsEver(
  session: Session,
  { options, steps, changes, keys, isReversed }: CrowdedCase,
): void {
  const ring = session.ring(options);
  for (const step of steps) ring.take(step);
  for (const change of changes) {
    if (!("add" in change || "remove" in change) || ring.changesNothing(change)) continue;
    const before = ring.ownersOf(keys);
    ring.take(change);
    const moved = "add" in change ? { joined: change.add } : { left: change.remove };
    for (const [key, list] of before) {
      ring.get(
        key,
        ({ nodes }) =>
          completeness(key, nodes, ring.members, ring.ownersDue) ??
          takeOver(key, list, nodes, moved) ??
          movement(key, list, nodes, moved),
      );
    }
  }
  const other = session.ring(options, { speaker: "other" });
  const order = isReversed ? [...ring.members.keys()].reverse() : [...ring.members.keys()].sort();
  for (const name of order) other.add(name);
  for (const key of keys) {
    const expected = ring.get(key);
    other.get(key, ({ nodes }) =>
      sameList(key, nodes, expected, "The same members have joined in another order"),
    );
  }
}

/** When the first owner leaves, the second becomes the first. */
function takeOver(
  key: string,
  before: readonly string[],
  after: readonly string[],
  moved: { joined: string } | { left: string },
) {
  const [first, second] = before;
  if ("joined" in moved || moved.left !== first || second === undefined) return undefined;
  if (after[0] === second) return undefined;
  return {
    signature: "somebody else takes over",
    expected: `${inText(second)} first`,
    therefore: `${inText(first)} has left, and the second owner of ${inText(key)}, ${inText(second)}, is not the first.`,
  };
}

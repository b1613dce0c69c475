/**
 * About a thousand keys on twenty nodes, 200 calls of place and release and 40 joins and departures: how many keys
 * that stay placed change their carrier, on average. An ideal ring moves one share in a join or departure and a
 * key in every tenth place or release.
 */
import type { CaseOptions } from "../case.ts";
import { ringExperiment } from "../ring-experiment.ts";
import type { RingInUse } from "../session.ts";
import { picked, randomOf } from "../workload.ts";

export interface FewMoves {
  options: CaseOptions;
  /** How many places and releases; there are a fifth as many joins and departures. */
  calls: number;
  seed: number;
}

export const sharesMax = 2;
export const keysMax = 1;
export const nodeCount = 20;
export const keyCount = 1000;

export const placementMovesLittle = ringExperiment<FewMoves>({
  promise: "hash-ring/placement-moves-little",

  *cases({ seed, effort }) {
    const calls = effort < 0.25 ? 50 : 200;
    yield { options: { extraLoadMax: 0.25 }, calls, seed };
    if (effort >= 0.5) yield { options: { extraLoadMax: 0.25, hash: `good ${seed}` }, calls, seed };
  },

  judge(session, { options, calls, seed }) {
    const random = randomOf(seed, 0);
    const ring = session.ring(options, { isTold: false });
    session.tell("a ring", "20 nodes, 1,000 placed keys, extraLoadMax 0.25", "note");
    const placed = new Map<string, string | undefined>();
    // They wait for the first nodes, which is the quickest way to so many.
    for (let index = 0; index < keyCount; index++) {
      ring.place(`k${index}`);
      placed.set(`k${index}`, undefined);
    }
    const nodes = Array.from({ length: nodeCount }, (_, index) => `node-${index}`);
    ring.apply(nodes.map((add) => ({ add })));
    movesIn(ring, placed);

    const moves = { placing: 0, joining: 0 };
    let newest = keyCount;
    for (let call = 0; call < calls; call++) {
      if (call % 2 === 0) {
        const key = picked(random, [...placed.keys()]);
        ring.release(key);
        placed.delete(key);
      } else {
        const key = `k${newest++}`;
        ring.place(key);
        placed.set(key, undefined);
      }
      moves.placing += movesIn(ring, placed);
      if (call % 5 !== 0) continue;
      if (call % 2 === 0) {
        const node = `node-${nodeCount + call}`;
        nodes.push(node);
        ring.add(node);
      } else {
        ring.remove(nodes.splice(random.below(nodes.length), 1)[0] ?? "");
      }
      const share = placed.size / nodes.length;
      moves.joining += movesIn(ring, placed) / share;
    }

    const perCall = moves.placing / calls;
    const perJoin = moves.joining / (calls / 5);
    const what = `${calls} places and releases`;
    const detail = `moved ${perCall.toFixed(2)} other keys each`;
    session.settle(what, perCall, detail, (average) =>
      average <= keysMax
        ? undefined
        : {
            signature: "placing moves too much",
            expected: "at most 1",
            therefore: `A place or release must move at most one other key on average, and it moved ${average.toFixed(2)}.`,
          },
    );
    session.settle(
      `${calls / 5} joins and departures`,
      perJoin,
      `moved ${perJoin.toFixed(2)} shares each`,
      (average) =>
        average <= sharesMax
          ? undefined
          : {
              signature: "joining moves too much",
              expected: "at most 2",
              therefore: `A share is the number of keys divided by that of nodes. A join or departure must move at most two on average, and it moved ${average.toFixed(2)}.`,
            },
    );
  },

  smaller: () => [],
});

/** How many keys have another carrier than before; takes the new ones down. */
function movesIn(ring: RingInUse, placed: Map<string, string | undefined>): number {
  let moves = 0;
  for (const [key, before] of placed) {
    const carrier = ring.carrier(key);
    if (before !== undefined && carrier !== before) moves++;
    placed.set(key, carrier);
  }
  return moves;
}

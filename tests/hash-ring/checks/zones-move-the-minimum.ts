/** One join or departure after the other among nodes in zones; around each, lists of owners are compared. */
import { zoneMovement } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawSteps,
  drawTraits,
  joins,
  randomOf,
  withTraits,
} from "../workload.ts";
import { type MovingCase, smallerMoves } from "./only-what-must-move-moves.ts";

export const zonesMoveTheMinimum = ringExperiment<MovingCase>({
  promise: "hash-ring/zones-move-the-minimum",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const names = drawNames(random, 3 + random.below(9));
      const zones = 1 + random.below(5);
      const traits = drawTraits(random, names, { zones, weighted: false });
      const joined = names.slice(0, random.below(names.length));
      yield {
        options: drawOptions(random),
        steps: withTraits(joins(joined), traits),
        changes: withTraits(drawSteps(random, names, []), traits),
        keys: drawKeys(random, 40),
      };
    }
  },

  judge(session, { options, steps, changes, keys }) {
    const ring = session.ring(options);
    for (const step of steps) ring.take(step);
    for (const change of changes) {
      if (!("add" in change || "remove" in change) || ring.changesNothing(change)) continue;
      const before = ring.ownersOf(keys);
      ring.take(change);
      const moved = "add" in change ? { joined: change.add } : { left: change.remove };
      for (const [key, list] of before)
        ring.get(key, ({ nodes }) => zoneMovement(key, list, nodes, moved));
    }
  },

  smaller: smallerMoves,
});

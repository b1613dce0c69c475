/**
 * A commit that loses fewer than attemptsMax races is committed; one that loses so many rejects with CONFLICT.
 *
 * Somebody else commits just before the first puts of a commit, as often as it may lose, once less, once more,
 * or for ever. A validator to which nobody gets in the way succeeds at the first try, however far behind it was.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type Script, type Step } from "../script.ts";
import { randomOf } from "../workload.ts";

const attemptsMaxDefault = 8;

function overtaken(
  attemptsMax: number | undefined,
  races: number,
  more: Partial<Extract<Step, { do: "commit" }>> = {},
): Script {
  const rivals = Array.from({ length: races }, (_, put) => ({ put }));
  return {
    options: attemptsMax === undefined ? {} : { attemptsMax },
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [pay("t1", "bank", "ann", 5)], rivals, ...more },
        { do: "read" },
        { do: "commit", batch: [pay("t2", "bank", "ann", 1)] },
        { do: "read" },
      ],
    ],
    order: [],
  };
}

export const aLostRaceIsRunAgain = scriptExperiment({
  promise: "ledger/a-lost-race-is-run-again",
  breaks: ["race", "effect"],
  *cases(budget) {
    for (const attemptsMax of [1, 2, 3, 5, undefined]) {
      const racesMax = attemptsMax ?? attemptsMaxDefault;
      for (const races of [racesMax - 1, racesMax, racesMax + 1])
        yield overtaken(attemptsMax, races);
      yield overtaken(attemptsMax, 0, { endless: true });
    }
    yield {
      known: "Far behind, and nobody in the way",
      options: { attemptsMax: 1 },
      clients: [
        [
          { do: "commit", batch: openings },
          { do: "others", count: 20 },
          { do: "commit", batch: [pay("t1", "bank", "ann", 5)] },
          { do: "others", count: 1 },
          { do: "commit", batch: [pay("t2", "bank", "ann", 5)] },
        ],
      ],
      order: [],
    };
    const twoRaces = [{ put: 0 }, { put: 1 }];
    yield {
      known: "Each commit may lose as many races as the one before",
      options: { attemptsMax: 3 },
      clients: [
        [
          { do: "commit", batch: openings },
          ...[1, 2, 3, 4].map((number): Step => ({
            do: "commit",
            batch: [pay(`t${number}`, "bank", "ann", 5)],
            rivals: twoRaces,
          })),
        ],
      ],
      order: [],
    };
    for (let round = 0; round < rounds(budget, 30); round++) {
      const random = randomOf(budget.seed, round);
      const attemptsMax = 1 + random.below(6);
      const races = random.below(attemptsMax + 2);
      const rivals = Array.from({ length: races }, (_, put) => ({ put: put + random.below(2) }));
      yield overtaken(attemptsMax, 0, { rivals });
    }
  },
});

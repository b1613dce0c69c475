/**
 * After a lost race a commit waits before it puts again, and different validators wait differently.
 *
 * Two validators lose the same four races, one after the other. The clock must have moved between a lost race and
 * the next put, by no pause of more than ten seconds, and not in the same four steps for both. A try may take more
 * than one put.
 */
import { isDeepStrictEqual } from "node:util";
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type Step } from "../script.ts";

const pauseMsMax = 10_000;
/** So many that a pause which doubles each time would last for hours. */
const racesMany = 20;

const loses = (id: string, racesToLose: number): Step => ({
  do: "commit",
  batch: [pay(id, "bank", "ann", 5)],
  racesToLose,
});

export const retriesAreSpread = scriptExperiment({
  promise: "ledger/retries-are-spread",
  breaks: ["pause"],
  *cases(budget) {
    for (let round = 0; round < rounds(budget, 6); round++) {
      const before = Array.from({ length: round }, (_, index): Step => ({
        do: "commit",
        batch: [pay(`b${index}`, "bank", "bob", 1)],
      }));
      yield {
        clients: [
          [
            { do: "commit", batch: openings },
            ...before,
            loses("t1", 4),
            { do: "restart" },
            { do: "read" },
            loses("t2", 4),
          ],
        ],
        order: [],
      };
    }
    yield {
      known: "However many races are lost, a pause has its limit",
      options: { attemptsMax: racesMany + 1 },
      clients: [
        [
          { do: "commit", batch: openings },
          loses("t1", racesMany),
          { do: "restart" },
          { do: "read" },
          loses("t2", racesMany),
        ],
      ],
      order: [],
    };
  },
  atEnd(session) {
    const [first, second] = session.world.lives;
    if (first === undefined || second === undefined) return;
    for (const { sleeps } of [first, second]) {
      const long = sleeps.find(({ ms }) => ms > pauseMsMax);
      if (long !== undefined)
        session.broken("a pause", `${long.ms} ms`, null, {
          signature: "long pause",
          therefore: `A pause lasts at most ${pauseMsMax} ms, and this one lasts ${long.ms}.`,
        });
    }
    const [one = [], other = []] = [first, second].map((life) =>
      session.pausesOf(life).map(inMicroseconds),
    );
    if (one.length < 4 || other.length < 4) {
      session.missed("two validators did not lose four races each");
      return;
    }
    session.tell("the pauses of the first validator", inWords(one), "note", null);
    session.tell("the pauses of the second validator", inWords(other), "note", null);
    if (isDeepStrictEqual(one.slice(0, 4), other.slice(0, 4)))
      session.broken("the pauses of both", inWords(one), null, {
        signature: "alike",
        therefore:
          "Two validators with different random numbers lose the same four races and pause for exactly the same times, so they meet again and again.",
      });
  },
});

/** A pause is the difference of two moments, and the later they are, the coarser it is. */
function inMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function inWords(pauses: readonly number[]): string {
  return `${pauses.join(", ")} ms`;
}

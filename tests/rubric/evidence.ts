/** Evidence of an attempt of which nothing holds the score down, to be spoiled one fact at a time. */
import type { Evidence } from "../../rubric/shape.ts";

export const spotless: Evidence = {
  complete: true,
  typesOk: true,
  brokenLevel: null,
  levelReached: 5,
  levels: 5,
  coreLevel: 3,
  singleThreaded: false,
  stress: "held",
  blocking: 0,
  ownTests: { count: 4, caught: 10, of: 10, falseAlarms: 0 },
  operations: [{ name: "syncsPerPut", measured: 1, good: 1 }],
  bench: null,
  hints: 0,
  hintsOnFundamentals: 0,
  solutionOpened: false,
  listened: true,
  unsupported: [],
};

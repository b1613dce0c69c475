/**
 * The fourteen things that an interviewer judges, five points each. An anchor says what a number of points
 * looks like; whoever scores chooses the anchor that is true, never a number between two.
 */
import type { Dimension, DimensionNumber, Points } from "./shape.ts";

/** All points there are: 14 × 5. */
export const pointsOfAll = 70;

export const dimensions: readonly Dimension[] = [
  {
    number: 1,
    name: "Problem understanding",
    asks: "How well did you say what has to be built, before you built it?",
    anchors: [
      "Something else was built than was asked for.",
      "The prompt in other words; a guarantee is missing.",
      "Right, after somebody corrected it.",
      "Restated with its guarantees, its scope and what is no goal.",
      "That, and the one requirement is named that decides the design.",
    ],
    spoken: false,
  },
  {
    number: 2,
    name: "Clarifying questions",
    asks: "What did you ask, and what became of the answers?",
    anchors: [
      "Nothing was asked.",
      "General questions, whose answers were not used.",
      "Several useful ones, some of them too late.",
      "The answers changed the design; what stayed open is written down as an assumption.",
      "The contradiction in the prompt was found and resolved.",
    ],
    spoken: false,
  },
  {
    number: 3,
    name: "Baseline first",
    asks: "How did the code begin?",
    anchors: [
      "With nothing that ran.",
      "With an elaborate design.",
      "With a simple version, which was then thrown away.",
      "With a simple and correct core that ran early.",
      "With that, kept as the model that tests compare with.",
    ],
    spoken: false,
  },
  {
    number: 4,
    name: "Optimization",
    asks: "What did you make faster or smaller?",
    anchors: [
      "Nothing could be made faster.",
      "Something, and nothing was measured.",
      "The right thing, once somebody had pointed at it.",
      "The real bottleneck, with the gain stated.",
      "Gain, cost and the point at which to stop, in numbers.",
    ],
    spoken: false,
  },
  {
    number: 5,
    name: "Correctness",
    asks: "How far do the promises hold?",
    anchors: [
      "The core is broken.",
      "As long as nothing unusual happens.",
      "At the edges, once somebody had shown them.",
      "Every one of them; a minor edge was missed.",
      "Under hostile schedules and faults, and it is argued why.",
    ],
    spoken: false,
  },
  {
    number: 6,
    name: "Complexity",
    asks: "What did you say about what it costs?",
    anchors: [
      "Nothing, or something wrong.",
      "Time only.",
      "Time, space and disk or network, when asked.",
      "Time, space and disk or network, unasked.",
      "Amplification, worst cases and constants as well.",
    ],
    spoken: false,
  },
  {
    number: 7,
    name: "Code quality",
    asks: "What would a reviewer say of the code?",
    anchors: [
      "It cannot be read.",
      "It works, and everything is tied to everything.",
      "It can be read; one boundary leaks.",
      "Small interfaces, typed errors, and the world is handed in.",
      "Merge it: the types show the invariants.",
    ],
    spoken: false,
  },
  {
    number: 8,
    name: "Testing",
    asks: "What would your tests catch?",
    anchors: [
      "There are none.",
      "That it starts; no planted bug.",
      "Happy paths and boundaries; some of the planted bugs.",
      "At least four promises, one of them with overlapping calls; half of the planted bugs.",
      "A model or injected faults; nearly every planted bug.",
    ],
    spoken: false,
  },
  {
    number: 9,
    name: "Debugging",
    asks: "How did you find what was wrong?",
    anchors: [
      "By changing lines until it went away.",
      "With somebody's help only.",
      "By printing until it showed.",
      "By reproducing it, supposing a cause and isolating it.",
      "So, and the bug became a test of its whole class.",
    ],
    spoken: true,
  },
  {
    number: 10,
    name: "Communication",
    asks: "What could somebody follow who only listened?",
    anchors: [
      "Nothing was said.",
      "It was explained afterwards.",
      "What was being done, not why.",
      "In order, with each phase and each decision announced.",
      "Enough to carry on from it.",
    ],
    spoken: true,
  },
  {
    number: 11,
    name: "Follow-ups",
    asks: "What happened when the requirements changed?",
    anchors: [
      "The code could not be extended.",
      "It was written anew.",
      "It was extended, with hints.",
      "It was extended within the design.",
      "The change had been foreseen, and its seam was shown.",
    ],
    spoken: true,
  },
  {
    number: 12,
    name: "Response to hints and pushback",
    asks: "What did you make of hints and objections?",
    anchors: [
      "They were passed over or argued away.",
      "They were taken to the letter.",
      "They were put to use.",
      "They were rarely needed, and tested before they were used.",
      "The design was defended with evidence, or given up without regret.",
    ],
    spoken: true,
  },
  {
    number: 13,
    name: "Trade-off reasoning",
    asks: "What did you choose between?",
    anchors: [
      "There was no alternative.",
      "Options were listed.",
      "One was picked, with one reason.",
      "Two alternatives, the cost of each, and what would flip the choice.",
      "Numbers as well, and what was given up.",
    ],
    spoken: false,
  },
  {
    number: 14,
    name: "Production awareness",
    asks: "What did you say about running it?",
    anchors: [
      "Nothing.",
      "The usual words.",
      "Good answers, when asked.",
      "Recovery, metrics, backpressure and failure modes, unasked.",
      "Thresholds, the action in the runbook, the rollout, the cost.",
    ],
    spoken: false,
  },
];

/** Nobody is asked for these: machines have seen them. */
export const measuredDimensions: readonly DimensionNumber[] = [8];

export function dimension(number: DimensionNumber): Dimension {
  const found = dimensions.find((each) => each.number === number);
  if (found === undefined)
    throw new RangeError(`Expected a dimension from 1 to 14, got ${number}.`);
  return found;
}

export function anchorOf({ anchors }: Dimension, points: Points): string {
  return anchors[points - 1] as string;
}

export function isDimensionNumber(candidate: unknown): candidate is DimensionNumber {
  return dimensions.some(({ number }) => number === candidate);
}

export function isPoints(candidate: unknown): candidate is Points {
  return [1, 2, 3, 4, 5].some((points) => points === candidate);
}

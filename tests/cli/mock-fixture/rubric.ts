/** A rubric that is just big enough to hold a session with: probes in every phase, two changes, some facts. */
import type { KataRubric, Probe, ProbePhase } from "../../../rubric/shape.ts";

const phases: ProbePhase[] = [
  "clarify",
  "design",
  "implement",
  "concurrency",
  "failure",
  "wrap-up",
];

/** Four probes a phase, about levels 1 to 3 and about none. */
export function fixtureRubric(kata: string, promiseOfLevel: (level: number) => string): KataRubric {
  const probes = phases.flatMap((phase): Probe[] =>
    [0, 1, 2, 3].map((level) => ({
      id: `${phase}-level-${level}`,
      phase,
      asks: `A probe of ${phase} about ${level === 0 ? "no level" : `level ${level}`}?`,
      strong: `Strong about ${phase} ${level}.`,
      weak: `Weak about ${phase} ${level}.`,
      dimensions: level === 0 ? [14] : [5],
      promises: level === 0 ? [] : [promiseOfLevel(level)],
    })),
  );
  return {
    kata,
    format: "infrastructure",
    prompt: "Build me a thing that remembers.",
    facts: [
      { about: "write rate", answer: "A thousand writes a second." },
      { about: "size of the values", answer: "At most a kilobyte." },
    ],
    probes,
    hints: [],
    changes: [
      {
        id: "twice-as-much",
        level: 1,
        says: "Now twice as much.",
        strong: "Seam.",
        weak: "Rewrite.",
      },
      {
        id: "in-two-places",
        level: 2,
        says: "Now in two places.",
        strong: "Seam.",
        weak: "Rewrite.",
      },
    ],
    variants: [
      { name: "small", says: "It has to fit in a watch.", trains: "trade-offs" },
      { name: "loud", says: "Everybody listens.", trains: "concurrency" },
    ],
    operations: [],
    sheets: { design: [], tradeOffs: [] },
  };
}

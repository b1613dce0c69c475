export const invariants = [
  {
    id: "tiny-counter/starts-at-zero",
    level: 1,
    sentence: "A new counter reads zero.",
    interleavings: false,
  },
  {
    id: "tiny-counter/counts-up",
    level: 1,
    sentence: "Each increment adds exactly one, whatever else is going on around it.",
    interleavings: false,
  },
  {
    id: "tiny-counter/counts-together",
    level: 2,
    sentence: "Increments that overlap are all counted.",
    interleavings: true,
  },
  {
    id: "tiny-counter/each-is-its-own",
    level: 3,
    sentence: "Two counters know nothing of each other.",
    interleavings: false,
  },
] as const;

/** A kata that is just big enough to be graded: what the tests of the grader grade. */
export const kata = {
  name: "tiny-counter",
  title: "A counter",
  version: 1,
  coreLevel: 2,
  levels: [
    { title: "Count", minutes: 1 },
    { title: "Count together", minutes: 1 },
    { title: "Count for ever", minutes: 1 },
  ],
} as const;

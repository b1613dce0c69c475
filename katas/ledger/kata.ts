/** What the commands know about this kata. */
export const kata = {
  name: "ledger",
  title: "A ledger with many committers",
  version: 1,
  coreLevel: 3,
  levels: [
    { title: "Validate and commit", minutes: 20 },
    { title: "Someone else was faster", minutes: 10 },
    { title: "A bounded pool", minutes: 15 },
    { title: "The answer was lost", minutes: 25 },
    { title: "Real threads", minutes: 30 },
    { title: "Batch and stream", minutes: 30 },
  ],
} as const;

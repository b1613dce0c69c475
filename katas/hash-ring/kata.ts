/** What the commands know about this kata. */
export const kata = {
  name: "hash-ring",
  title: "A consistent hash ring",
  version: 1,
  coreLevel: 2,
  levels: [
    { title: "Who owns this key", minutes: 12 },
    { title: "Only what must move, moves", minutes: 18 },
    { title: "Unequal nodes, shared fates", minutes: 30 },
    { title: "Nobody is overloaded", minutes: 40 },
  ],
} as const;

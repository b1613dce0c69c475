/** What the commands know about this kata. */
export const kata = {
  name: "ledger",
  // Scaffold: the thing in a few words; three to five levels, and how many of them are the core.
  title: "Ledger",
  version: 1,
  coreLevel: 1,
  levels: [{ title: "The first level", minutes: 10 }],
} as const;

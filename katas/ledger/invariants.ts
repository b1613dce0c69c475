/**
 * The promises of this kata, in the words that the brief, the grade and the planted bugs share.
 * `interleavings` marks those that mean something only when calls overlap.
 */
export const invariants = [
  // Level 1.
  {
    id: "ledger/first-promise",
    level: 1,
    sentence: "Scaffold: a promise as a candidate would understand it.",
    interleavings: false,
  },
] as const;

export type Invariant = (typeof invariants)[number];
export type InvariantId = Invariant["id"];
